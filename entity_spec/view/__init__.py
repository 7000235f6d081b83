"""The specification and the answers as the templates print them: decisions are taken here, none in a template."""

from entity_spec.view.entity import EntityView
from entity_spec.view.project import Project

__all__ = ["EntityView", "Project"]
