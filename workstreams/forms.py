"""What people type about workstreams, queues, people and tokens."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from workstreams.models import Agent, ApiToken, Queue, User, Workstream
from workstreams.models.workstream import Distribution
from workstreams.roles import Role
from workstreams.services import ANSWERING, Duties

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


class Choices(forms.CheckboxSelectMultiple):
    """Boxes to tick, which a page with script lets people search."""


class WorkstreamDetails(WorkstreamForm):
    """A workstream, with an existing fallback queue or a new one."""

    distribution = forms.ChoiceField(
        label=_("work distribution mode"),
        choices=Distribution.choices,
        initial=Distribution.PICK,
        widget=forms.RadioSelect,
        help_text=_("Cannot be changed later."),
    )
    new_queue = forms.CharField(
        label=_("create new"),
        required=False,
        max_length=100,
        help_text=_("Name of a new queue. Add its agents afterwards."),
    )

    class Meta:
        model = Workstream
        fields = ("name", "distribution", "fallback_queue")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "distribution" in self.fields and self.instance.pk:
            self.fields["distribution"].disabled = True
            self.fields["distribution"].help_text = _("Fixed when the workstream was created.")
        if "fallback_queue" in self.fields:
            self._prepare_queue(self.fields["fallback_queue"])
            self._prepare_new_queue(self.fields["new_queue"])

    def _prepare_queue(self, field: Any) -> None:
        field.required = False
        field.label = _("choose existing")
        field.help_text = ""
        field.empty_label = _("No queue chosen")
        field.is_alternative = True

    def _prepare_new_queue(self, field: Any) -> None:
        # Not optional either: one of the two is asked for.
        field.is_alternative = True

    def clean_new_queue(self) -> str:
        """Return the name, unless a queue has it."""
        name: str = self.cleaned_data["new_queue"]
        if name and Queue.objects.filter(name=name).exists():
            raise ValidationError(_("A queue of this name exists. Choose it above."), code="exists")
        return name

    def clean(self) -> dict[str, Any] | None:
        """Ask for exactly one fallback queue."""
        data = super().clean()
        chosen, named = self.cleaned_data.get("fallback_queue"), self.cleaned_data.get("new_queue")
        if self.instance.pk and named and chosen == self.instance.fallback_queue:
            # Naming a new queue is enough: the old one was only preselected.
            chosen = self.cleaned_data["fallback_queue"] = None
        if chosen and named:
            self.add_error("new_queue", _("Either choose a queue or create one, not both."))
        elif not chosen and not named and "new_queue" not in self.errors:
            self.add_error("fallback_queue", _("Choose a queue, or name a new one below."))
        return data

    def _get_validation_exclusions(self) -> set[str]:
        # A queue that is still to be created cannot be checked.
        named = self.cleaned_data.get("new_queue")
        return super()._get_validation_exclusions() | ({"fallback_queue"} if named else set())  # type: ignore[misc,no-any-return]


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


class Person(UserForm):
    """A person with roles and, where they answer customers, an agent's side."""

    roles = forms.MultipleChoiceField(label=_("roles"), choices=role_choices, required=False, widget=Choices)
    agent_name = forms.CharField(
        label=_("name shown to customers"),
        required=False,
        max_length=64,
        help_text=_("For agents and supervisors. The full name is used where this is empty."),
    )
    queues = forms.ModelMultipleChoiceField(
        label=_("queues"),
        queryset=Queue.objects.all(),
        required=False,
        widget=Choices,
        help_text=_("Where agents and supervisors are offered work."),
    )

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
        agent = Agent.objects.filter(user=user).first()
        if agent:
            self.initial.update({"agent_name": agent.name, "queues": list(agent.queues.all())})

    @property
    def duties(self) -> Duties:
        """Return what the person shall be there for."""
        data = self.cleaned_data
        return Duties(frozenset(map(Role, data["roles"])), data["agent_name"], tuple(data["queues"]))

    def clean(self) -> dict[str, Any] | None:
        """Refuse queues for people who answer nobody, and a portal without an administrator."""
        data = super().clean()
        roles = frozenset(map(Role, self.cleaned_data.get("roles", ())))
        if self.cleaned_data.get("queues") and not roles & ANSWERING:
            self.add_error("queues", _("Only agents and supervisors serve queues. Add one of these roles first."))
        stays = self.cleaned_data.get("is_active") and Role.ADMINISTRATOR in roles
        if self.instance.pk and not stays and _is_last_administrator(self.instance):
            raise ValidationError(
                _("This is the last administrator who may sign in. Give another person that role first."),
                code="last_administrator",
            )
        return data


def _is_last_administrator(user: User) -> bool:
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
