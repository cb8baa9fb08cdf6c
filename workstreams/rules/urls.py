"""The pages of routing rules; the portal adds them to its own addresses."""

from django.urls import path

from workstreams.rules import views

# Their names begin as those of workstreams do, so that the site map marks that page; a record's own page is found by
# the name that Django gives to pages of records.
urlpatterns = [
    path("workstream/<int:pk>/rules/", views.rules, name="workstreams_workstream_rules"),
    path("workstream/<int:pk>/rules/add/", views.add, name="workstreams_workstream_rule_add"),
    path("rule/<int:pk>/", views.change, name="workstreams_workstream_rule"),
    path("rule/<int:pk>/", views.change, name="workstreams_routerule_change"),
    path("rule/<int:pk>/move/", views.move, name="workstreams_workstream_rule_move"),
    path("rule/<int:pk>/delete/", views.delete, name="workstreams_workstream_rule_delete"),
]
