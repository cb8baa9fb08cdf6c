"""What people type about workstreams, queues, people and tokens."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from omnichannel.common.choices import Choices
from omnichannel.common.records import dress
from workstreams.models import Agent, ApiToken, Queue, User, Workstream
from workstreams.models.workstream import Distribution
from workstreams.people.services import ANSWERING, Duties
from workstreams.roles import RIGHT_WORDS, SECRETS, Role, secret_right

if TYPE_CHECKING:
    QueueForm = forms.ModelForm[Queue]
    TokenForm = forms.ModelForm[ApiToken]
    UserForm = forms.ModelForm[User]
    WorkstreamForm = forms.ModelForm[Workstream]
    AgentChoice = forms.ModelMultipleChoiceField[Agent]
else:
    AgentChoice = forms.ModelMultipleChoiceField
    QueueForm = TokenForm = UserForm = WorkstreamForm = forms.ModelForm

ROLE_HINTS = {
    Role.ADMINISTRATOR: _("Sets everything up in this portal."),
    Role.SUPERVISOR: _("Sees every conversation and decides who serves which queue."),
    Role.AGENT: _("Answers customers in the console."),
    Role.API_ACCESS: _("Lets a program act as this person. Not for people who answer customers."),
}


def role_choices() -> list[tuple[str, SafeString]]:
    """Return the roles with what each is for."""
    return [
        (role.value, format_html('<b>{}</b><br><span class="hint">{}</span>', role.value, hint))
        for role, hint in ROLE_HINTS.items()
    ]


class QueueChoice(models.TextChoices):
    """Where the fallback queue of a workstream comes from."""

    EXISTING = "existing", _("Choose existing")
    NEW = "new", _("Create new")


class WorkstreamDetails(WorkstreamForm):
    """A workstream, with an existing fallback queue or a new one."""

    distribution = forms.ChoiceField(
        label=_("work distribution mode"),
        choices=Distribution.choices,
        initial=Distribution.PICK,
        widget=forms.RadioSelect,
        help_text=_("Cannot be changed later."),
    )
    queue_choice = forms.ChoiceField(
        label=_("fallback queue"),
        choices=QueueChoice.choices,
        widget=forms.RadioSelect,
        help_text=_("Takes every conversation that no rule sends elsewhere."),
    )
    new_queue = forms.CharField(
        label=_("name of the new queue"),
        required=False,
        max_length=100,
        help_text=_("It begins empty. Add its agents afterwards."),
    )

    class Meta:
        model = Workstream
        fields = ("name", "distribution", "queue_choice", "fallback_queue", "new_queue")
        error_messages = {
            "name": {
                "required": _("Give the workstream a name."),
                "unique": _("A workstream of this name exists. Choose another name."),
            }
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self.fields.values())
        if self.instance.pk:
            self.fields["distribution"].disabled = True
            self.fields["distribution"].help_text = _("Fixed when the workstream was created.")
        if "fallback_queue" in self.fields:
            self._prepare_queue(self.fields["fallback_queue"])
        # Not optional either: the one that is chosen above is asked for.
        self.fields["new_queue"].is_alternative = True  # type: ignore[attr-defined]

    def _prepare_queue(self, field: Any) -> None:
        field.required = False
        field.label = _("existing queue")
        field.help_text = ""
        field.empty_label = _("No queue chosen")
        field.is_alternative = True
        self.fields["queue_choice"].initial = QueueChoice.EXISTING if field.queryset.exists() else QueueChoice.NEW

    def clean(self) -> dict[str, Any] | None:
        """Ask for the queue that was chosen or named, and forget the other one."""
        data = super().clean()
        match self.cleaned_data.get("queue_choice"):
            case QueueChoice.NEW:
                self.cleaned_data["fallback_queue"] = None
                self._check_new_queue(self.cleaned_data.get("new_queue", ""))
            case QueueChoice.EXISTING:
                self.cleaned_data["new_queue"] = ""
                if not self.cleaned_data.get("fallback_queue"):
                    self.add_error("fallback_queue", _("Choose a queue, or create a new one."))
        return data

    def _check_new_queue(self, name: str) -> None:
        if Queue.objects.filter(name=name).exists():
            self.add_error("new_queue", _("A queue of this name exists. Choose it as an existing one."))
        elif not name and "new_queue" not in self.errors:
            self.add_error("new_queue", _("Name the new queue."))

    def _get_validation_exclusions(self) -> set[str]:
        # A queue that is still to be created cannot be checked.
        is_new = self.cleaned_data.get("queue_choice") == QueueChoice.NEW
        return super()._get_validation_exclusions() | ({"fallback_queue"} if is_new else set())  # type: ignore[misc,no-any-return]


class AgentsField(AgentChoice):
    """Agents by the name customers see, and the one colleagues know where it is another."""

    def label_from_instance(self, obj: Any) -> SafeString:
        """Return the names of an agent."""
        known_as = str(obj.user)
        if known_as == obj.name:
            return format_html("{}", obj.name)
        return format_html('{} <span class="hint">{}</span>', obj.name, known_as)


class QueueDetails(QueueForm):
    """A queue and its agents."""

    agents = AgentsField(
        label=_("agents"),
        queryset=Agent.objects.none(),
        required=False,
        widget=Choices,
        help_text=_("They are offered what waits here."),
    )

    class Meta:
        model = Queue
        fields = ("name", "priority", "agents")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "agents" in self.fields:
            self._offer_agents(self.fields["agents"])

    def _offer_agents(self, field: Any) -> None:
        # A deactivated member stays one until somebody takes the tick away.
        offered = Q(user__is_active=True)
        if self.instance.pk:
            offered |= Q(pk__in=self.instance.agents.all())
        field.queryset = Agent.objects.filter(offered).select_related("user")


class SecretRights(forms.MultipleChoiceField):
    """What a person may do with the secrets of one kind of record."""

    widget = Choices

    def __init__(self, record: str, **kwargs: Any) -> None:
        choices = [(secret_right(right, record), words) for right, words in RIGHT_WORDS.items()]
        super().__init__(label=SECRETS[record], choices=choices, required=False, **kwargs)


class Person(UserForm):
    """A person with roles and, where they answer customers, an agent's side."""

    roles = forms.MultipleChoiceField(label=_("roles"), choices=role_choices, required=False, widget=Choices)
    agent_name = forms.CharField(
        label=_("name shown to customers"),
        required=False,
        max_length=64,
        help_text=_("The nickname of agents and supervisors. The full name is used where this is empty."),
    )
    queues = forms.ModelMultipleChoiceField(
        label=_("queues"),
        queryset=Queue.objects.all(),
        required=False,
        widget=Choices,
        help_text=_("Where agents and supervisors are offered work."),
    )
    mspconnection_rights = SecretRights("channels_app.mspconnection")
    authenticationsetting_rights = SecretRights("authsettings.authenticationsetting")
    paymentprofile_rights = SecretRights("payments.paymentprofile")
    RIGHTS = ("mspconnection_rights", "authenticationsetting_rights", "paymentprofile_rights")

    class Meta:
        model = User
        fields = ("username", "first_name", "last_name", "email", "is_active")
        labels = {"is_active": _("May sign in")}
        help_texts = {
            "is_active": _("Take the tick away to deactivate this person. What they wrote keeps their name."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self._show_duties(self.instance)

    def clean_username(self) -> str:
        """Return the user name, unless somebody has it in other capitals: people would sign in as each other."""
        name: str = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=name).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("Somebody has this user name already."), code="unique")
        return name

    def _show_duties(self, user: User) -> None:
        self.initial["roles"] = list(user.groups.values_list("name", flat=True))
        self.initial.update(dict.fromkeys(self.RIGHTS, user.secret_rights))
        agent = Agent.objects.filter(user=user).first()
        if agent:
            self.initial.update({"agent_name": agent.name, "queues": list(agent.queues.all())})

    @property
    def duties(self) -> Duties:
        """Return what the person shall be there for."""
        data = self.cleaned_data
        rights = tuple(right for name in self.RIGHTS for right in data[name])
        return Duties(frozenset(map(Role, data["roles"])), data["agent_name"], tuple(data["queues"]), rights)

    def clean(self) -> dict[str, Any] | None:
        """Refuse queues for people who answer nobody, and a portal without an administrator."""
        data = super().clean()
        roles = frozenset(map(Role, self.cleaned_data.get("roles", ())))
        if self.cleaned_data.get("queues") and not roles & ANSWERING:
            self.add_error("queues", _("Only agents and supervisors serve queues. Add one of these roles first."))
        for name in self.RIGHTS:
            if self.cleaned_data.get(name) and Role.ADMINISTRATOR not in roles:
                self.add_error(name, _("Only administrators work with these records. Add that role first."))
        stays = self.cleaned_data.get("is_active") and Role.ADMINISTRATOR in roles
        if self.instance.pk and not stays and _is_last_administrator(self.instance):
            raise ValidationError(
                _("This is the last administrator who may sign in. Give another person that role first."),
                code="last_administrator",
            )
        return data


def _is_last_administrator(user: User) -> bool:
    # The last two who give it up at the same time take turns: the page's transaction holds this to its end.
    list(Group.objects.filter(name=Role.ADMINISTRATOR.value).select_for_update(no_key=True))
    administrators = User.objects.filter(is_active=True, groups__name=Role.ADMINISTRATOR.value)
    return administrators.filter(pk=user.pk).exists() and not administrators.exclude(pk=user.pk).exists()


class NewPerson(Person):
    """A person who does not exist yet, with a first password."""

    password = forms.CharField(
        label=_("first password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=password_validation.password_validators_help_text_html,
    )

    class Meta(Person.Meta):
        fields = ("username", "first_name", "last_name", "email")  # type: ignore[assignment]

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        password = self.cleaned_data.get("password")
        if password:
            try:
                password_validation.validate_password(password, self.instance)
            except ValidationError as fault:
                self.add_error("password", fault)

    def save(self, commit: bool = True) -> Any:
        """Return the person with the password set."""
        self.instance.set_password(self.cleaned_data["password"])
        return super().save(commit)


class Token(TokenForm):
    """A name for a program's key, and whom it acts as."""

    class Meta:
        model = ApiToken
        fields = ("name", "user")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "user" in self.fields:
            self._offer_people(self.fields["user"])

    def clean_name(self) -> str:
        """Return the name, unless a token in use has it: nobody would know which of the two to revoke."""
        name: str = self.cleaned_data["name"]
        if ApiToken.objects.filter(name=name, revoked_at=None).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("A token of this name is in use. Choose another name."), code="unique")
        return name

    def _offer_people(self, field: Any) -> None:
        field.queryset = User.objects.filter(
            is_active=True, groups__name__in=[Role.API_ACCESS.value, Role.SUPERVISOR.value]
        ).distinct()
        field.empty_label = _("Choose a person")
        field.help_text = _(
            "People with the role Omnichannel API access, or supervisors. The token may do what they may."
        )
