"""How an Apple device draws a rich message: one drawing for the simulated phone, previews and the console."""

from omnichannel.device.dates import write_date
from omnichannel.device.draw import draw, unsupported
from omnichannel.device.drawn import Bubble, Drawn, Link, Replies, Sheet, Unsupported, Words
from omnichannel.device.forms import DatePage, FormSheet, InputPage, SelectPage, WheelPage
from omnichannel.device.pictures import Picture
from omnichannel.device.sheets import AppSheet, ListSheet, PaymentSheet, SignInSheet, TimeSheet

__all__ = [
    "AppSheet",
    "Bubble",
    "DatePage",
    "Drawn",
    "FormSheet",
    "InputPage",
    "Link",
    "ListSheet",
    "PaymentSheet",
    "Picture",
    "Replies",
    "SelectPage",
    "Sheet",
    "SignInSheet",
    "TimeSheet",
    "Unsupported",
    "WheelPage",
    "Words",
    "draw",
    "unsupported",
    "write_date",
]
