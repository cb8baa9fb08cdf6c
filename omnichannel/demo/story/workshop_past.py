"""What the workshop has behind it, over the last two weeks."""

from conversations.models import CloseReason, State
from omnichannel.demo.telling import Tale, automatic, reacts, replies, says

HOUR, DAY = 60, 24 * 60

WORKSHOP_PAST = (
    Tale(
        "joanna",
        "en_GB",
        "workshop",
        State.CLOSED,
        11 * DAY + 7 * HOUR,
        (
            says("Do you do wheel truing while I wait?"),
            replies("We do, twenty minutes a wheel, best before eleven.", after=3),
            says("Lovely, thanks."),
        ),
        agent="jonas",
        close_reason=CloseReason.AGENT,
        intent="service",
    ),
    Tale(
        "mikko",
        "fi_FI",
        "workshop",
        State.CLOSED,
        50,
        (
            says("Moi, saako talvirenkaat vaihdettua tällä viikolla?"),
            replies("Moi! Kyllä, torstaina klo 9 tai 15.", after=3),
            says("Torstai 15 sopii."),
            replies("Varattu. Nastat vai kitkat?", after=1),
            says("Nastat 👍", after=0.5),
            replies("Selvä, nähdään torstaina.", after=1),
        ),
        agent="leila",
        close_reason=CloseReason.AGENT,
        intent="service",
    ),
    Tale(
        "david",
        "en_US",
        "workshop",
        State.CLOSED,
        DAY + 3 * HOUR,
        (
            says("Bike's ready?"),
            replies("It is! New chain, new cables, and we cleaned it while we were at it.", "finished.jpg", after=4),
            reacts("Loved an image", after=0.5),
            says("Looks better than the day I bought it", after=1),
        ),
        agent="jonas",
        close_reason=CloseReason.AGENT,
        intent="repair-status",
    ),
    Tale(
        "chiara",
        "it_IT",
        "workshop",
        State.CLOSED,
        5 * DAY + 4 * HOUR,
        (
            says("Quanto costa una revisione completa?"),
            automatic("La revisione piccola costa 39 €, quella grande 89 €."),
            says("Grazie mille"),
        ),
        close_reason=CloseReason.API,
        intent="service",
    ),
    Tale(
        "viktor",
        "de_AT",
        "workshop",
        State.CLOSED,
        7 * DAY + 2 * HOUR,
        (
            says("Servus, ist die Gabel vom Lastenrad noch auf Garantie?"),
            replies("Servus! Wie alt ist das Rad, und gibt es die Rechnung noch?", after=5),
            says("Drei Jahre, Rechnung nein."),
            replies("Dann leider nicht, aber ich frage beim Hersteller nach Kulanz.", after=2),
            says("Passt schon, ich probier's woanders."),
        ),
        agent="jonas",
        close_reason=CloseReason.CUSTOMER_LEFT,
        intent="warranty",
        is_old_device=True,
    ),
)
