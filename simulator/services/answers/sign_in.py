"""The answer to a sign-in that the customer turns down."""

from simulator.services.answers.answer import Answer, Chosen, Prompt, cancelled


def answer(_prompt: Prompt, chosen: Chosen) -> Answer:
    """Return the cancellation."""
    cancelled(chosen)
    return Answer({"status": "cancel"})
