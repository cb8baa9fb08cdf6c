"""What is decided once for the whole company."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from channels_app.carried import OUTBOUND, ending_of

# What may run as a program where it is opened.
BLOCKED = """
ade adp app asp bas bat cdx cer chm class cmd com cpl crt csh dll exe fxp hlp hta htr htw ida idc idq inf ins isp
its jar js jse ksh lnk mad maf mag mam maq mar mas mat mau mav maw mda mdb mde mdt mdw mdz msc msh msh1 msh1xml msh2
msh2xml mshxml msi msp mst ops pcd pif prf prg printer pst reg rem scf scr sct shb shs shtm shtml soap stm svg tmp
url vb vbe vbs vsmacros vss vst vsw ws wsc wsf wsh
"""


def blocked_by_default() -> list[str]:
    """Return the extensions that are refused until the company decides otherwise."""
    return BLOCKED.split()


class Organisation(models.Model):
    """The company's own choices; there is exactly one row, which a migration made."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    region = models.CharField(_("geography"), max_length=4, default="nam")
    largest_file_kb = models.PositiveIntegerField(
        _("maximum file size, in KB"),
        default=5120,
        validators=[MinValueValidator(1), MaxValueValidator(102_400)],
        help_text=_("Both ways. Apple carries up to 102,400 KB."),
    )
    blocked_extensions = ArrayField(
        models.CharField(max_length=20),
        verbose_name=_("blocked file extensions"),
        default=blocked_by_default,
        blank=True,
        help_text=_("Refused both ways."),
    )

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisation")
        constraints = (models.CheckConstraint(condition=Q(id=1), name="there_is_one_organisation"),)

    def __str__(self) -> str:
        return "Organisation"

    @classmethod
    def get(cls) -> Organisation:
        """Return the one row."""
        return cls.objects.get_or_create(pk=1)[0]

    @property
    def largest_file(self) -> int:
        """Return how many bytes a file may have."""
        return self.largest_file_kb * 1024

    @property
    def sendable_endings(self) -> list[str]:
        """Return how files may end that agents send: what Apple carries, without what is blocked here."""
        return [ending for ending in OUTBOUND if ending not in self.blocked_extensions]

    def blocks(self, name: str) -> bool:
        """Tell whether a file of this name is refused for its ending."""
        return ending_of(name) in self.blocked_extensions
