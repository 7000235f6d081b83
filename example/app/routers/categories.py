from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from app.crud import category as crud, post as post_crud
from app.dependencies import DbSession, IfMatch, require_may_see_deleted
from app.schemas.base import Bulk, Page
from app.schemas.category import CategoryCreate, CategoryListParameters, CategoryOut, CategoryUpdate
from app.schemas.category_detail import CategoryDetail
from app.schemas.post import PostListParameters, PostOut
from app.values import Id
from app.web.headers import created_docs, etag, etag_docs, location
from app.web.parameters import QueryParameters
from app.web.problems import problem_docs
from app.web.routing import OneThreadRoute

router = APIRouter(
    prefix="/categories",
    tags=["categories"],
    route_class=OneThreadRoute,
    responses=problem_docs(422, 503),
)


@router.get("", responses=problem_docs(403))
def list_categories(
    db: DbSession,
    parameters: Annotated[CategoryListParameters, Depends(QueryParameters(CategoryListParameters))],
) -> Page[CategoryOut]:
    """List categories: filtered, sorted, a page at a time."""
    rows = crud.list_categories(db, parameters)
    return Page[CategoryOut].model_validate(rows)


@router.post("", status_code=201, responses=problem_docs(400, 409, 413) | created_docs(versioned=True))
def create_category(data: CategoryCreate, db: DbSession, request: Request, response: Response) -> CategoryOut:
    """Create a category."""
    category = crud.create_category(db, data)
    db.commit()
    response.headers["Location"] = location(request, category.id)
    response.headers["ETag"] = etag(category.updated_at)
    return CategoryOut.model_validate(category)


@router.post("/bulk", status_code=201, responses=problem_docs(400, 409, 413))
def bulk_create_categories(data: Bulk[CategoryCreate], db: DbSession) -> list[CategoryOut]:
    """Create up to 1000 categories, all or none of them, and return them in the same order."""
    rows = crud.bulk_create_categories(db, data)
    db.commit()
    return [CategoryOut.model_validate(row) for row in rows]


@router.get("/{category_id}", responses=problem_docs(404) | etag_docs(200))
def get_category(category_id: Id, db: DbSession, response: Response) -> CategoryDetail:
    """Get a category with what belongs to it."""
    category = crud.get_category_detail(db, category_id)
    response.headers["ETag"] = etag(category.updated_at)
    return CategoryDetail.model_validate(category)


@router.patch("/{category_id}", responses=problem_docs(400, 404, 409, 412, 413) | etag_docs(200))
def update_category(
    category_id: Id,
    data: CategoryUpdate,
    db: DbSession,
    versions: IfMatch,
    response: Response,
) -> CategoryOut:
    """Change the given fields of a category."""
    category = crud.update_category(db, category_id, data, versions)
    db.commit()
    response.headers["ETag"] = etag(category.updated_at)
    return CategoryOut.model_validate(category)


@router.delete("/{category_id}", status_code=204, responses=problem_docs(404, 409, 412))
def delete_category(category_id: Id, db: DbSession, versions: IfMatch) -> None:
    """Delete a category."""
    crud.delete_category(db, category_id, versions)
    db.commit()


@router.post(
    "/{category_id}/restore",
    dependencies=[Depends(require_may_see_deleted)],
    responses=problem_docs(403, 404, 409) | etag_docs(200),
)
def restore_category(category_id: Id, db: DbSession, response: Response) -> CategoryOut:
    """Bring a category back with all that was deleted together with it."""
    category = crud.restore_category(db, category_id)
    db.commit()
    response.headers["ETag"] = etag(category.updated_at)
    return CategoryOut.model_validate(category)


@router.get("/{category_id}/children", responses=problem_docs(403, 404))
def list_children_of_category(
    category_id: Id,
    db: DbSession,
    parameters: Annotated[CategoryListParameters, Depends(QueryParameters(CategoryListParameters))],
) -> Page[CategoryOut]:
    """List a category's children: filtered, sorted, a page at a time."""
    rows = crud.list_children_of_category(db, category_id, parameters)
    return Page[CategoryOut].model_validate(rows)


@router.get("/{category_id}/posts", responses=problem_docs(403, 404))
def list_posts_of_category(
    category_id: Id,
    db: DbSession,
    parameters: Annotated[PostListParameters, Depends(QueryParameters(PostListParameters))],
) -> Page[PostOut]:
    """List a category's posts: filtered, sorted, a page at a time."""
    rows = post_crud.list_posts_of_category(db, category_id, parameters)
    return Page[PostOut].model_validate(rows)
