"""``manage.py simulate``: a crowd of phones, against this installation or another host."""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from omnichannel import amb
from simulator import crowd
from simulator.models import Business, Phone, PhoneMessage
from simulator.models.phone import new_opaque_id
from simulator.models.shown import Side

ELSEWHERE = ("url", "msp_id", "secret", "business_id")


class Command(BaseCommand):
    """Plays a crowd of customers and prints counts and latencies."""

    help = "Play a crowd of customers who write to a business, and print counts and latencies."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the size of the crowd, and the host when it is not this one."""
        parser.add_argument("--customers", type=int, default=20, help="how many customers write (default 20)")
        parser.add_argument("--rate", type=float, default=10.0, help="messages a second, all together (default 10)")
        parser.add_argument("--seconds", type=float, default=10.0, help="for how long (default 10)")
        parser.add_argument("--url", help="webhook base URL of another host, ending in /applemessagesforbusiness")
        parser.add_argument("--msp-id", help="MSP ID there")
        parser.add_argument("--secret", help="API secret there, in Base64")
        parser.add_argument("--business-id", help="business ID; here: which business, there: required")

    def handle(self, **options: Any) -> None:
        """Play and print."""
        if options["customers"] < 1 or options["rate"] <= 0 or options["seconds"] <= 0:
            raise CommandError("--customers, --rate and --seconds must be above zero.")
        is_elsewhere = any(options[name] for name in ELSEWHERE[:3])
        play = self._play_elsewhere if is_elsewhere else self._play_here
        play(options)

    def _play_elsewhere(self, options: dict[str, Any]) -> None:
        if not all(options[name] for name in ELSEWHERE):
            raise CommandError("Another host needs --url, --msp-id, --secret and --business-id.")
        try:
            credentials = amb.Credentials(options["msp_id"], options["secret"])
        except ValueError as fault:
            raise CommandError(str(fault)) from fault
        target = crowd.Target(options["url"].rstrip("/"), credentials, options["business_id"])
        self._tell(self._play(target, [new_opaque_id() for _ in range(options["customers"])], options))

    def _play_here(self, options: dict[str, Any]) -> None:
        business = _business(options["business_id"])
        provider = business.provider
        target = crowd.Target(provider.webhook_url, provider.credentials, str(business.business_id))
        # With phones of their own here, the customers also get the answers.
        phones = Phone.objects.bulk_create(Phone(business=business) for _ in range(options["customers"]))
        self._tell(self._play(target, [phone.opaque_id for phone in phones], options))
        answers = PhoneMessage.objects.filter(phone__in=phones, side=Side.BUSINESS).count()
        self.stdout.write(f"answers on the phones  {answers}")

    def _play(self, target: crowd.Target, customers: list[str], options: dict[str, Any]) -> crowd.Result:
        return crowd.play(target, customers, rate=options["rate"], seconds=options["seconds"])

    def _tell(self, result: crowd.Result) -> None:
        self.stdout.write(f"messages               {len(result.calls)} in {result.seconds:.1f} s")
        for status, count in result.statuses.items():
            self.stdout.write(f"answered {status:<13} {count}")
        for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("max", 1.0)):
            self.stdout.write(f"latency {name:<14} {result.latency(share):.1f} ms")


def _business(business_id: str | None) -> Business:
    known = Business.objects.select_related("provider").order_by("pk")
    try:
        found = known.filter(business_id=UUID(business_id)).first() if business_id else known.first()
    except ValueError as fault:
        raise CommandError("--business-id must be a UUID.") from fault
    if found is None:
        raise CommandError("No such business is registered at the simulator. Load the demo data first.")
    return found
