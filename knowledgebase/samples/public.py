"""Texts for customers: (title, body)."""

WASHER_E1_ZH = (
    "洗衣机显示E1：进水太慢或不进水",
    """E1表示洗衣机在规定时间内没有达到设定水位。多数情况可以自己处理。

1. 按电源键关机，拔下插头。
2. 确认水龙头已完全打开，其他龙头出水正常。
3. 检查进水管有没有弯折、被压住。
4. 关闭水龙头，拧下进水管，取出接口处的滤网，用牙刷冲洗干净后装回。
5. 打开水龙头确认接口不漏水，插上电源，重新运行“快洗”。

# 什么时候需要报修
- 清洗滤网后仍显示E1。
- 停机时筒内仍不断进水：请先关闭水龙头。
- 接口处漏水，拧紧后仍未改善。

报修时请写明机型、错误代码，以及已经试过的步骤。""",
)
WASHER_E1_EN = (
    "Washing machine shows E1: water comes in too slowly or not at all",
    """E1 means that the water did not reach its level in time. Often you can solve this yourself.

1. Switch the machine off and pull the plug.
2. Check that the tap is fully open and that other taps give water.
3. Check that the inlet hose is not bent or squeezed.
4. Close the tap, unscrew the inlet hose, take out the small filter, rinse it and put it back.
5. Open the tap, check that nothing leaks, plug in and start a quick wash.

# When to ask for a repair
- E1 comes back after cleaning the filter.
- Water keeps running in while the machine is off: close the tap first.
- The connection still leaks after tightening.

Tell us the model, the code and what you have tried.""",
)
WASHER_E4_ZH = (
    "洗衣机显示E4：脱水不平衡",
    """E4表示脱水时衣物偏在一边，机器为防止撞击而停止。

1. 暂停程序，等门锁解除后打开机门。
2. 把缠在一起的衣物抖散，均匀放回。
3. 单独洗一件大衣物（毛毯、浴袍）时，再加入一两条毛巾。
4. 衣物不超过内筒的三分之二。
5. 用手按机身对角，如有晃动，调整底脚并锁紧螺母。
6. 只运行“脱水”。

新机第一次使用就剧烈晃动，请确认背面的运输螺栓已全部拆除。

空筒脱水仍显示E4，或有金属撞击声，请停止使用并提交报修。""",
)
WASHER_E4_EN = (
    "Washing machine shows E4: the load is out of balance",
    """E4 means that the clothes gathered on one side and the machine stopped to protect itself.

1. Pause the programme and wait until the door unlocks.
2. Untangle the clothes and spread them evenly.
3. Wash a single large piece (blanket, bathrobe) together with a towel or two.
4. Fill at most two thirds of the drum.
5. Press opposite corners of the machine. If it rocks, adjust the feet and tighten the nuts.
6. Run the spin programme only.

If a new machine shakes on its first day, check that all transport bolts at the back are removed.

If E4 shows with an empty drum, or you hear metal knocking, stop using it and ask for a repair.""",
)
HEATER_ZH = (
    "电热水器漏水怎么办",
    """# 先保证安全
1. 关闭热水器的电源开关，拔下插头。手上有水时不要触碰插头，请先关断家中总闸。
2. 关闭热水器的进水阀。
3. 擦干地面，移开下方的电器。

如果触碰水或外壳时有麻电的感觉，请离开并立即拨打服务热线，我们会优先安排。

# 看看水从哪里来
- 安全阀的泄压口偶尔滴几滴：加热时水会膨胀，属于正常。请用软管接到地漏，不要堵住泄压口。
- 安全阀持续流水：水压过高或安全阀损坏，需要检查。
- 水管接头渗水：多为密封垫老化。
- 机身底部或外壳渗水：可能是内胆损坏，请保持断电断水并报修。

请拍下漏水位置和机身铭牌的照片，随报修一起提交。""",
)
HEATER_EN = (
    "The electric water heater leaks",
    """# Safety first
1. Switch the heater off and pull the plug. With wet hands leave the plug alone and switch off the main breaker.
2. Close the valve of the water inlet.
3. Dry the floor and move other appliances away.

If the water or the casing gives you a tingling feeling, step away and call our hotline at once. Your case goes first.

# Where the water comes from
- A few drops from the safety valve while heating: normal, because water expands. Lead them to a drain with a hose and never plug the outlet.
- A constant flow from the safety valve: the pressure is too high or the valve is broken.
- Drops at a pipe joint: mostly an aged seal.
- Water from the bottom or the casing: the tank may be damaged. Keep power and water off and ask for a repair.

Please send photos of the leaking place and the label with your request.""",
)
FRIDGE_ZH = (
    "冰箱不制冷或制冷效果差",
    """1. 看冰箱内的灯是否亮。不亮时，检查插头、插座和家中空气开关。
2. 检查温度设定：冷藏室建议4℃，冷冻室建议−18℃。
3. 确认没有误开“假日”“演示”等模式。
4. 检查门封：夹一张纸，能轻易抽出说明门没有关严，请清洁门封。
5. 食物不要堵住出风口，热菜放凉后再放入。
6. 背面和两侧离墙10厘米以上，离开灶台和阳光直射。

新买的冰箱静置2小时后再通电，24小时后温度才会稳定。

完成以上步骤24小时后仍不冷，或压缩机反复启动、背面异常发烫，请报修。容易变质的食物请先转移。""",
)
FRIDGE_EN = (
    "The refrigerator does not get cold",
    """1. See whether the light inside is on. If not, check plug, socket and the breaker at home.
2. Check the settings: 4 °C for the refrigerator and −18 °C for the freezer are good values.
3. Make sure that no holiday or demonstration mode is on.
4. Close the door on a sheet of paper. If it slips out easily, clean the door seal.
5. Keep the air vents free, and let hot food cool down first.
6. Leave 10 cm to the wall, away from the stove and direct sunlight.

Let a new refrigerator stand for 2 hours before switching it on. Its temperature is stable after 24 hours.

If it is not cold 24 hours later, or the compressor starts again and again, ask for a repair. Move food that spoils quickly.""",
)
DRIP_ZH = (
    "空调室内机滴水",
    """1. 关闭空调，断开电源，在下方放容器接水。
2. 打开面板取出过滤网，用清水冲洗，晾干后装回。过滤网堵塞会结冰，化冰后就会滴水。
3. 查看室外排水管：管口不能浸在水里，不能打折，不能高于室内机。
4. 梅雨天湿度很高时，把温度调到26℃以上、风速调高，出风口的水珠会减少。

# 需要上门处理的情况
- 清洗过滤网、理顺排水管后仍滴水。
- 室内机看上去一边高一边低。
- 铜管接头处结霜，或者制冷明显变差。
- 水流到了插座或灯具：请先断电。

安装不满一个月出现滴水，请在报修时注明安装日期。""",
)
DRIP_EN = (
    "The indoor unit of the air conditioner drips",
    """1. Switch the unit off, cut its power and put a bowl under it.
2. Open the panel, take out the filter, rinse it, let it dry and put it back. Behind a clogged filter ice forms, and melting ice drips.
3. Look at the drain hose outside: its end must not stand in water, be bent, or lie higher than the unit.
4. In very humid weather set 26 °C or more and a higher fan speed. Fewer drops form at the outlet.

# When we should visit
- It still drips after these steps.
- The indoor unit hangs visibly aslant.
- There is frost on the copper pipes, or it cools much less than before.
- Water reached a socket or a lamp: cut the power first.

If it was installed less than a month ago, please give us the installation date.""",
)
RICE_ZH = (
    "电饭煲煮饭夹生或糊底",
    """# 夹生
- 水量按内胆刻度加，陈米多加半格水。
- 擦干内胆外壁和加热盘，中间夹着米粒会受热不均。
- 程序结束后焖10分钟再开盖。
- 一次煮的量不超过最大刻度。

# 糊底
- 淘米后尽快开始，泡太久的米淀粉会沉底。
- 清洁内胆底部和中间的温度探头，探头上的饭粒会让它误判。
- 内胆变形、放不平时，请更换原装内胆。

显示E开头的代码，或按键没有反应，请拔下插头5分钟后再试；仍不正常请报修。请不要用水冲洗煲体。""",
)
RICE_EN = (
    "The rice cooker leaves rice hard or burnt",
    """# Hard rice
- Fill water to the mark of the inner pot, half a mark more for old rice.
- Dry the outside of the pot and the heating plate. A grain between them spoils the heat.
- Keep the lid closed for 10 minutes after the end.
- Do not cook more than the highest mark.

# Burnt rice
- Start soon after washing. Starch of soaked rice sinks to the bottom.
- Clean the bottom of the pot and the sensor in the middle.
- A bent pot that does not sit flat needs an original replacement.

If a code beginning with E shows or no key works, pull the plug for 5 minutes and try again. If it stays, ask for a repair. Never rinse the cooker itself with water.""",
)
LABEL_ZH = (
    "产品铭牌和序列号在哪里",
    """序列号（S/N）是每台产品唯一的号码，报修时填写它，可以更快确认机型和保修期。

- 洗衣机：打开机门，看门框内侧；波轮机看背面。
- 冰箱：冷藏室左侧内壁，靠近抽屉处。
- 空调：室内机右侧，或底部。
- 热水器：机身右侧或底部。
- 电饭煲：底部。请先拔下插头、取出内胆，再翻转。

铭牌上“型号”是机型，“S/N”或“编号”后面的字母和数字是序列号。字母O和数字0容易混淆，拍一张清楚的照片上传最可靠。

铭牌看不清时，也可以查看包装箱、保修卡或电子发票；再不行，留空即可，我们会帮您查。""",
)
LABEL_EN = (
    "Where to find the label and the serial number",
    """The serial number (S/N) belongs to your device alone. With it we know the model and its warranty at once.

- Washing machine: inside the door frame; top loaders at the back.
- Refrigerator: left inner wall, near the drawers.
- Air conditioner: right side or bottom of the indoor unit.
- Water heater: right side or bottom.
- Rice cooker: bottom. Pull the plug and take out the pot before turning it over.

The label gives the model, and after "S/N" the serial number. The letter O and the digit 0 look alike, so a clear photo is the safest.

If it cannot be read, look at the box, the warranty card or the invoice. Or leave it empty: we will find it with you.""",
)
VISIT_ZH = (
    "上门维修的流程",
    """1. 提交报修后，您会收到单号和进度链接。
2. 客服与您确认故障和地址，必要时先远程指导排查。
3. 我们安排技术员，并与您约定上门时间段。
4. 技术员出发前会联系您，到达时出示工作证。
5. 检查后先说明原因。需要收费时，先报价，您同意后才开始维修。
6. 修好后当面试机，请您确认。
7. 之后会邀请您评价；如果没有解决，可以在进度页面选择“未解决”，我们会继续处理。

# 请提前准备
- 产品周围留出操作空间。
- 准备好发票或订单截图。
- 改期请提前在进度页面留言或致电。

技术员不会私下收费。遇到这种情况，请告诉我们。""",
)
VISIT_EN = (
    "How a repair visit works",
    """1. After your request you get a ticket number and a link to follow it.
2. An agent confirms the fault and the address with you, and may first guide you remotely.
3. We choose a technician and agree on a time window.
4. The technician calls before leaving and shows a badge on arrival.
5. After the check you hear the cause. If there is a charge, you get a quote first, and work starts after you agree.
6. The repaired device is tested in front of you.
7. Later we ask for your rating. If the problem is not solved, say so on the progress page and we go on.

# What helps
- Leave room around the device.
- Have the invoice or order at hand.
- To change the time, write on the progress page or call us early.

Technicians never take private payments. If one asks, please tell us.""",
)
WARRANTY_ZH = (
    "保修常识：期限、凭证和不保修的情况",
    """# 从哪天开始算
保修期从购买日期（发票日期）算起。没有凭证时，按出厂日期推算，可能因此变短，所以请保留发票或电子订单。

# 保多久
整机和主要部件的期限因品类而不同，以产品保修卡为准。把序列号告诉客服，就能查到您这台的期限。

# 哪些情况要收费
- 已过保修期。
- 使用不当、磕碰、进液、雷击等人为或意外损坏。
- 非授权人员拆修过。
- 滤网、密封圈等易耗件的正常损耗。

收费维修先报价，您同意后才开始。

保修期内的故障，维修费、配件费和上门费由我们承担。对责任判定有疑问，可以要求客服主管复核。""",
)
WARRANTY_EN = (
    "Warranty basics: how long, which proof, what is not covered",
    """# When it begins
The warranty begins on the day of purchase shown on the invoice. Without proof we count from the day of manufacture, which may be shorter, so keep the invoice or the online order.

# How long it lasts
Device and main parts have their own periods for each category, as the warranty card says. Give an agent your serial number to learn yours.

# What is charged
- Repairs after the warranty has ended.
- Damage by misuse, knocks, liquids or lightning.
- Devices opened by people we did not authorise.
- Normal wear of filters, seals and other consumables.

You get a quote first, and work starts after you agree.

Within the warranty we pay for labour, parts and the visit. If you doubt a decision, ask for a review by the supervisor.""",
)
