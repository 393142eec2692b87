"""What people say whatever the trouble is, per language."""

from aftersales.demo.stories import EN, ZH

HELLO = {
    ZH: (
        "{name}您好，我是澄禾客服{me}。{ask}",
        "{name}您好，您的服务请求已由我负责，我是{me}。{ask}",
        "您好，收到您的反馈了，我是客服{me}。{ask}",
    ),
    EN: (
        "Dear {name},\n\nthis is {me} from Chenghe, thank you for writing. {ask}",
        "Dear {name},\n\nI look after your request from now on. {ask}\n\n{me}",
    ),
}
CHECK = {
    ZH: (
        "我们已经记录，稍后由专人与您确认。",
        "我先核对一下您的购买信息，有结果马上告诉您。",
    ),
    EN: ("I am checking it and will come back to you shortly.",),
}
VISIT = {
    ZH: (
        "{name}您好，已安排技术员{him}上门，时间 {when}，请保持电话畅通。如需改期直接回复即可。",
        "已为您约好 {when}，由{him}师傅上门，出发前会给您打电话。",
    ),
    EN: (
        "Our technician {him} will come on {when} and call you before he leaves. Just reply if "
        "another time suits you better.",
    ),
}
COURIER = {
    ZH: (
        "取件单已下，快递员将在 {when} 前联系您，请用原包装或结实的纸箱包好，运费由我们承担。",
        "已为您预约 {when} 上门取件，费用我们出，面单由快递员携带。",
    ),
    EN: ("A courier will pick it up by {when}. We pay; please use a sturdy box.",),
}
REMOTE = {
    ZH: ("{name}您好，{him}会在 {when} 前与您视频联系，请把机器旁边留出一点空间。",),
    EN: ("{him} will call you by video before {when}. Please keep the machine within reach.",),
}
DEAL = {
    ZH: ("您的事情由{him}负责跟进，{when} 前给您答复。",),
    EN: ("{him} takes care of this and answers you by {when}.",),
}
THANKS = {ZH: ("好的，谢谢。", "收到，等您消息。"), EN: ("Fine, thank you.",)}
NOTED = {
    ZH: (
        "好的，已登记完整，马上安排处理，进度会随时通知您。",
        "收到，谢谢配合。已转给主管安排，很快会有人联系您。",
        "明白了，已为您登记，请稍候。",
    ),
    EN: ("Thank you, that helps. Your request is complete; we will arrange the next step now.",),
}
HEARD = {ZH: ("电话核实：{words}", "客户补充：{words}"), EN: ("On the phone: {words}",)}
FINE = {
    ZH: ("好的，谢谢。", "可以，那个时间在家。", "收到，麻烦师傅到之前打个电话。", "行，辛苦了。"),
    EN: ("Fine, thank you.", "That works for me, thanks.", "Great, please ring the bell twice."),
}
PART_NOTE = {
    ZH: (
        "{part} 无库存，已向总仓申请调拨，预计 {days} 天到。",
        "需更换{part}，随车没有，已下单，约 {days} 天。",
    ),
    EN: ("{Part} is not on the van. Ordered, about {days} days.",),
}
# What the warehouse is asked for, and what came of it.
TASK = {ZH: ("从总仓调拨{part}，发到网点。",), EN: ("Get {part} from the central store.",)}
TASK_DONE = {ZH: ("{part}已到网点，可以领用。",), EN: ("{Part} has arrived and waits for you.",)}
# Why the plan changes, and what the customer gets in the meantime.
CHANGE = {
    "change_reason": {
        ZH: ("{part}缺货，约 {days} 天到货",),
        EN: ("{Part} is out of stock for about {days} days",),
    },
    "alternative": {
        ZH: ("免费提供备用机，直到配件到货",),
        EN: ("A loaner free of charge until the part is here",),
    },
}
PART_NEWS = {
    ZH: (
        "检查后需要更换{part}，配件预计 {days} 天到货，到货当天与您约时间。这段时间请暂停使用。",
        "您的机器需要更换{part}，正在调货，大约 {days} 天。给您带来不便，感谢理解。",
    ),
    EN: (
        "We found the fault: {part} must be replaced. It should be here in about {days} days; we "
        "will agree a time with you the same day.",
    ),
}
PART_WAIT = {
    ZH: ("{part} 今天已从总仓发出，明后天到，到货后第一时间联系您。",
         "跟您同步一下：{part} 还在途中，我们盯着物流，明天再给您消息。"),
    EN: ("A short update: {part} is on its way to us, we expect it tomorrow.",),
}  # fmt: skip
COLLECTED = {
    ZH: (
        "快递已揽收，运单号已登记，预计 {days} 天到维修中心。",
        "已取件，在途，预计 {days} 天到厂。",
    ),
    EN: ("Collected by the courier, {days} days on the way.",),
}
SENT = {
    ZH: ("已交快递寄出，预计 {days} 天送达，签收后电话指导。", "仓库已出库，预计 {days} 天送达。"),
    EN: ("Handed to the courier, {days} days on the way.",),
}
UNDER_WAY = {
    ZH: ("您的包裹已在路上，预计 {days} 天送达，有进展随时告诉您。",),
    EN: ("Your parcel is on its way and should arrive in {days} days. We keep you posted.",),
}
PART_HERE = {
    ZH: (
        "配件到了，{when} 上门更换，您方便吗？不方便请直接回复改期。",
        "好消息，配件已到，约您 {when}，还是原来的师傅。",
    ),
    EN: ("The part is here. We would come on {when}; just reply if that does not suit you.",),
}
PART_WHEN = {
    ZH: ("配件到了吗？一直在等你们消息。", "请问配件还要几天？家里没法用。"),
    EN: ("Is there any news about the part?",),
}
IMPATIENT = {
    ZH: (
        "请问大概什么时候能处理好？家里一直没法用。",
        "师傅出发了吗？我好安排时间。",
        "刚才又试了一次，还是老样子。",
        "能不能提前一点？孩子等着用。",
        "请问要收费吗？还在保修期内吧？",
    ),
    EN: (
        "When do you think this will be done?",
        "Is this covered by the warranty?",
        "I tried once more, it is still the same.",
    ),
}
WAIT_NOTE = {
    ZH: (
        "电话两次无人接听，已发消息请客户补充照片。",
        "客户出差，约定回来后再上门，先挂起。",
        "等客户提供购买凭证照片。",
    ),
    EN: ("Called twice, nobody answered. Wrote a message and asked for photos.",
         "Customer is away until next week; we wait for a date."),
}  # fmt: skip
REFUSALS = (
    "今天下午已有三单在萧山，赶不到这一户，请改派。",
    "没有这个机型的高处作业资质，请安排两人组。",
    "车辆送修，今明两天不能上门。",
    "客户要求晚上七点以后，我当晚值班，请改派。",
)
REASSIGN = (
    "唐伟临时请假，改由同区技术员处理。",
    "距离太远，改派就近技术员，避免超时。",
    "需要变频板维修经验，改派。",
)
EXPOSURE = "客户情绪激动并提到要发到网上，提级处理。"
VIP = "VIP 客户，按快速通道提级。"
OVERRULE_UP = (
    "客户家中急用，影响日常生活，提级。",
    "同一小区本周第三起，按重要处理。",
    "半年内第二次报修，按重要处理。",
)
OVERRULE_DOWN = (
    "客户有备用机，可以等到周末，按一般处理。",
    "客户确认不急，约下周，降级。",
)
WITHDRAW = {
    ZH: ("自己弄好了，不用来了，谢谢。", "已经在别处处理，请取消。", "家里没人，过段时间再说吧。"),
    EN: ("It works again, no need to come. Thanks.", "We are moving, please cancel."),
}
DUPLICATE = "与 {number} 为同一问题，客户重复提交，合并到原单处理。"
RESTORE = "客户来电：上次误点取消，问题仍在，恢复原单继续处理。"
SPAM = (
    ("代开各类发票，点数优惠，加微信详谈。", "li.fapiao@example.org"),
    ("您的店铺需要流量吗？十天上首页，先做后付。", "seo-daren@example.net"),
    ("低息贷款，凭身份证当天放款，回复办理。", "loan.fast@example.org"),
    ("We improve your website ranking within ten days. Reply for our price list.",
     "rank@example.net"),
)  # fmt: skip
SATISFIED = {
    ZH: (
        "电话回访：客户表示已正常使用，对技术员态度满意。",
        "回访：使用正常，客户建议上门前能提前半小时通知。",
        "回访接通，问题已解决，无其他意见。",
    ),
    EN: ("Called: works well, the customer is happy with the technician.",),
}
APPEASED = {
    ZH: (
        "已致电道歉并说明原因，客户接受；赠送一次免费保养，已备注。",
        "与客户沟通半小时，主要是中途没人告知进度。已致歉，下次由我直接跟进。",
    ),
    EN: ("Apologised and explained; the customer accepts a free maintenance visit.",),
}
NOT_REACHED = {ZH: ("无人接听，晚点再打。", "占线，下午再试。"), EN: ("No answer, try later.",)}
AGAIN = {
    ZH: ("同样的毛病今天又出现了，请再来看看。", "还是没彻底好，偶尔会再犯。"),
    EN: ("The same trouble is back today.",),
}
SECOND = {
    ZH: (
        "已由技术主管陪同复检，更换相关组件并反复试机，运行正常；保修延长六个月。",
        "经技术支持部会诊后整机更换，旧机已收回分析。",
    ),
    EN: ("A senior technician came along and replaced the assembly; it works."
         " We extend the warranty by six months.",),
}  # fmt: skip
ON_THE_WAY = ("已出发，预计 30 分钟到。", "客户电话确认在家，带齐配件出发。", "到达，客户在家。")
PRAISE = {
    ZH: (
        "师傅很专业，还帮忙把插座检查了一遍。",
        "响应很快，点赞。",
        "约的时间准时到，讲解也耐心。",
        "处理得不错，就是等配件久了点。",
        "客服态度好，问题一次解决。",
        "",
        "",
    ),
    EN: ("Quick and friendly.", "Very professional, thank you.", "", "On time, and it works."),
}
GRUMBLE = {
    ZH: (
        "等了太久，中间也没人主动联系我。",
        "修是修好了，但来了两次才修好，请了两次假。",
        "上门时间临时改了，沟通不及时。",
    ),
    EN: ("It took far too long and nobody told me why.",),
}
