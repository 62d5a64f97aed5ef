"""The addresses of drafts; they stand before that of a parameter."""

from django.urls import path

from jingwei.surfaces.desk.rules.drafts import changing, from_excel, papers, views
from jingwei.surfaces.desk.rules.drafts.trial.views import trial

urlpatterns = [
    path("rules/drafts/", views.drafts, name="rules_drafts"),
    path("rules/drafts/<str:key>/", views.draft, name="rules_draft"),
    path("rules/drafts/<str:key>/trial/", trial, name="rules_trial"),
    path("rules/papers/<str:paper>/", papers.paper, name="rules_paper"),
    path("rules/<str:parameter>/import/", from_excel.import_rules, name="rules_import"),
    path("rules/<str:parameter>/change/", changing.change, name="rules_change"),
]
