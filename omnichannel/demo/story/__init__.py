"""The story: forty conversations of a bicycle shop and its workshop."""

from omnichannel.demo.story.shop_now import SHOP_NOW
from omnichannel.demo.story.shop_past import SHOP_PAST
from omnichannel.demo.story.workshop_now import WORKSHOP_NOW
from omnichannel.demo.story.workshop_past import WORKSHOP_PAST

TALES = (*SHOP_NOW, *WORKSHOP_NOW, *SHOP_PAST, *WORKSHOP_PAST)
