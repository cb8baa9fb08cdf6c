"""What the shop's people are good at, and what they write again and again, as data."""

from dataclasses import dataclass

from workstreams.models import (
    Agent,
    AgentCapacity,
    AgentSkill,
    CapacityProfile,
    QuickReply,
    RatingModel,
    SkillType,
    Workstream,
)
from workstreams.models import Skill as SkillRow


@dataclass(frozen=True)
class Skill:
    """A skill and who has it: stars by user name."""

    name: str
    type: str
    people: dict[str, int]


SKILLS = (
    Skill("Spanish", "Languages", {"maya": 8, "jonas": 3}),
    Skill("French", "Languages", {"leila": 10, "maya": 4}),
    Skill("E-bikes", "Products", {"jonas": 9, "leila": 6}),
    Skill("Wheel building", "Products", {"jonas": 7}),
)
# Title, locale, workstream or none for all, tags, text.
REPLIES = (
    ("Opening hours", "en-US", "", ("hours",), "We are open Monday to Saturday, nine to six."),
    ("Opening hours", "fr-FR", "", ("hours",), "Nous sommes ouverts du lundi au samedi, de 9 h à 18 h."),
    ("Size guide", "en-US", "Sales", ("size",), "{FirstName{Customer}}, how tall are you? I find the frame."),
    ("Ready to collect", "en-US", "Workshop", ("repair",), "Your bicycle is ready. Ask for {Nickname{Agent}}."),
)  # fmt: skip


def load_expertise() -> None:
    """Give the shop's people their skills and limits, and write their quick replies."""
    agents = {agent.user.username: agent for agent in Agent.objects.select_related("user")}
    stars = RatingModel.objects.get_or_create(name="Stars")[0]
    for skill in SKILLS:
        kind = SkillType.objects.get_or_create(name=skill.type)[0]
        row = SkillRow.objects.create(name=skill.name, type=kind, rating_model=stars)
        AgentSkill.objects.bulk_create(
            AgentSkill(agent=agents[name], skill=row, rating=rating) for name, rating in skill.people.items()
        )
    chats = CapacityProfile.objects.create(name="Messages", limit=4)
    AgentCapacity.objects.bulk_create(AgentCapacity(agent=agent, profile=chats) for agent in agents.values())
    AgentCapacity.objects.filter(agent=agents["maya"]).update(custom_limit=6)
    for title, locale, workstream, tags, text in REPLIES:
        reply = QuickReply.objects.create(title=title, locale=locale, tags=list(tags), text=text)
        reply.workstreams.set(Workstream.objects.filter(name=workstream))
