"""Texts for our own people: (title, body)."""

NO_POWER_ZH = (
    "话术：按电源键没有反应",
    """# 开场
您好，请先不要拆机，也不要用湿手碰插头，我和您一起确认几个情况。

# 依次询问
1. 按下电源键时，指示灯亮吗？屏幕有没有显示？
2. 同一个插座接别的电器（例如台灯）能用吗？
3. 家里的空气开关或漏电保护器跳闸了吗？
4. 有没有闻到焦味，看到冒烟或火花？
5. 出现之前有没有停电、雷雨或进水？
6. 这种情况第一次出现，还是时有时无？

# 判断
- 有焦味、冒烟、麻电：请客户断开总闸并远离，标记安全隐患，15分钟内由专人回电。
- 插座无电：请客户联系电工，本单转为咨询。
- 插座有电仍无反应：登记报修，写明机型、序列号和上述回答。

# 结束
我已登记好，单号会发给您。在技术员联系您之前，请保持插头拔下。""",
)
NO_POWER_EN = (
    "Script: nothing happens on the power key",
    """# Opening
Please leave the device closed and do not touch the plug with wet hands. Let us check a few things together.

# Ask in this order
1. When you press the power key, does the indicator light up, or does the screen show anything?
2. Does another device, such as a lamp, work on the same socket?
3. Has a breaker at home tripped?
4. Do you smell burning, or see smoke or sparks?
5. Was there a power cut, a thunderstorm or water before it began?
6. Is this the first time, or does it come and go?

# Decide
- Burning smell, smoke or a tingling feeling: ask the customer to switch off the main breaker and keep away. Flag the danger; a person calls back within 15 minutes.
- No power at the socket: an electrician is needed; treat the ticket as a consultation.
- Power at the socket but no reaction: record a repair with model, serial number and the answers.

# Closing
I have recorded this and you will get the number. Please keep it unplugged until the technician calls.""",
)
LEAK_ZH = (
    "话术：漏水",
    """# 先止水、先断电
请您先关闭产品的进水阀，在手干燥的情况下拔下插头。手是湿的就直接关断总闸。

# 依次询问
1. 身体有没有麻电的感觉？家里有没有人受伤？
2. 水流到插座、灯具或楼下邻居家了吗？
3. 是持续流水、滴水，还是只在使用时漏？
4. 漏水的位置：进水接头、排水管、机身底部，还是机门？
5. 什么时候安装的，最近移动过吗？
6. 方便拍一张照片发给我们吗？

# 判断
- 麻电、受伤或水进入电路：标记安全隐患，立即转客服主管。
- 影响邻居或持续流水：按紧急建议，优先上门。
- 接头渗水：可先指导拧紧，仍漏再派工。

# 结束
请先不要通水通电。有财产损失时，请拍照保留，技术员会一并记录。""",
)
LEAK_EN = (
    "Script: water leak",
    """# Water and power off first
Please close the water inlet of the device, and with dry hands pull the plug. With wet hands switch off the main breaker.

# Ask in this order
1. Did anybody feel a tingling or get hurt?
2. Has water reached a socket, a lamp or a neighbour's home?
3. Does it flow, drip, or leak only in use?
4. Where: inlet, drain hose, bottom or door?
5. When was it installed, and has it been moved?
6. Could you send us a photo?

# Decide
- Tingling, injury or water in the wiring: flag the danger and hand over to the supervisor at once.
- A neighbour is affected or the water keeps flowing: propose it as urgent.
- Drops at a joint: guide the customer to tighten it; if it goes on, send a technician.

# Closing
Please keep water and power off. Take photos of any damage; the technician will record it too.""",
)
UPSET_ZH = (
    "话术：客户情绪激动",
    """# 先听完
不打断、不辩解。听的时候记下事实：时间、经过、影响、期望。

# 回应
1. 复述：“您上周三报修，到今天还没有人联系，影响了一家人用热水，对吗？”
2. 认可感受：“换成是我也会着急，给您添麻烦了。”
3. 说明现在能做什么，给出具体时间：“我今天16:00前给您答复，不管有没有结果都会打给您。”
4. 征求同意：“这样安排可以吗？”

# 不要说
- “这是规定。”
- “不是我们部门的事。”
- “您冷静一下。”
- 没有把握的承诺。

# 需要客服主管介入
- 提到投诉到监管部门、媒体或网络曝光。
- 提到受伤、律师或赔偿金额。
- 同一问题第二次来电。

在工单上标记客户情绪，写内部备注，承诺的时间到之前必须回电。""",
)
UPSET_EN = (
    "Script: the customer is upset",
    """# Listen first
Do not interrupt or defend. Write down facts: when, what happened, its effect, what is wanted.

# Answer
1. Repeat: "You asked for a repair last Wednesday, nobody has called, and the family has no hot water. Is that right?"
2. Recognise it: "I would be worried too. This has caused you trouble."
3. Say what you can do now, with a time: "I will call you before 16:00 today, with or without a result."
4. Ask: "Is that all right for you?"

# Do not say
- "Those are the rules."
- "That is another department."
- "Please calm down."
- Promises you cannot keep.

# Call the supervisor when
- authorities, the press or public posts are mentioned,
- an injury, a lawyer or a sum is mentioned,
- it is the second call about the same problem.

Mark the customer's mood on the ticket, write an internal note, and call back before the promised time.""",
)
