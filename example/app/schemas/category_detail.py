from app.schemas.category import CategoryOut


class CategoryDetail(CategoryOut):
    """Category with what it refers to and what belongs to it, one level deep."""

    parent: CategoryOut | None
