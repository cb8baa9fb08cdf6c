"""Pages of a workstream that are about its channel; the portal adds them to its own addresses."""

from channels_app.wizards import SetUp

urlpatterns = SetUp.addresses("<int:workstream>/set-up/")
