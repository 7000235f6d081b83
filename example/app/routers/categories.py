from fastapi import APIRouter

from app.crud import category as crud, post as post_crud
from app.dependencies import DbSession, DeletablePageParams, MaySeeDeleted, PageParams
from app.keys import Id
from app.problems import problem_docs
from app.schemas.base import Page
from app.schemas.category import CategoryCreate, CategoryOut, CategoryUpdate
from app.schemas.category_detail import CategoryDetail
from app.schemas.post import PostOut

router = APIRouter(prefix="/categories", tags=["categories"], responses=problem_docs(422, 503))


@router.get("", responses=problem_docs(403))
def list_categories(db: DbSession, page: DeletablePageParams) -> Page[CategoryOut]:
    """List categories, oldest first."""
    rows = crud.list_categories(db, page)
    return Page[CategoryOut].model_validate(rows)


@router.post("", status_code=201, responses=problem_docs(400, 409))
def create_category(data: CategoryCreate, db: DbSession) -> CategoryOut:
    """Create a category."""
    category = crud.create_category(db, data)
    db.commit()
    return CategoryOut.model_validate(category)


@router.get("/{category_id}", responses=problem_docs(404))
def get_category(category_id: Id, db: DbSession) -> CategoryDetail:
    """Get a category with what belongs to it."""
    category = crud.get_category_detail(db, category_id)
    return CategoryDetail.model_validate(category)


@router.patch("/{category_id}", responses=problem_docs(400, 404, 409))
def update_category(category_id: Id, data: CategoryUpdate, db: DbSession) -> CategoryOut:
    """Change the given fields of a category."""
    category = crud.update_category(db, category_id, data)
    db.commit()
    return CategoryOut.model_validate(category)


@router.delete("/{category_id}", status_code=204, responses=problem_docs(404, 409))
def delete_category(category_id: Id, db: DbSession) -> None:
    """Delete a category."""
    crud.delete_category(db, category_id)
    db.commit()


@router.post("/{category_id}/restore", responses=problem_docs(403, 404, 409), dependencies=[MaySeeDeleted])
def restore_category(category_id: Id, db: DbSession) -> CategoryOut:
    """Bring a category back with all that was deleted together with it."""
    category = crud.restore_category(db, category_id)
    db.commit()
    return CategoryOut.model_validate(category)


@router.get("/{category_id}/children", responses=problem_docs(404))
def list_children_of_category(category_id: Id, db: DbSession, page: PageParams) -> Page[CategoryOut]:
    """List the children of a category, oldest first."""
    rows = crud.list_children_of_category(db, category_id, page)
    return Page[CategoryOut].model_validate(rows)


@router.get("/{category_id}/posts", responses=problem_docs(404))
def list_posts_of_category(category_id: Id, db: DbSession, page: PageParams) -> Page[PostOut]:
    """List the posts of a category, oldest first."""
    rows = post_crud.list_posts_of_category(db, category_id, page)
    return Page[PostOut].model_validate(rows)
