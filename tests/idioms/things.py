"""A router as in FastAPI's tutorial, next to the generated ones."""

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends, Header, HTTPException, WebSocket
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel

from app.dependencies import DbSession

router = APIRouter(prefix="/things", tags=["things"], responses={418: {"description": "I am a teapot"}})


class Thing(BaseModel):
    name: str
    price: float | None = None


def who_asks(x_who: Annotated[str, Header()] = "nobody") -> str:
    return x_who


sent: list[str] = []


@router.get("/")
async def read_things(who: Annotated[str, Depends(who_asks)]) -> list[Thing]:
    """Read all things."""
    return [Thing(name=who)]


@router.get("/special", response_class=PlainTextResponse)
def read_special() -> str:
    """Read the special thing."""
    return "special"


@router.get("/{thing_id}")
def read_thing(thing_id: str, db: DbSession) -> Thing:
    """Read a thing."""
    if thing_id == "none":
        raise HTTPException(status_code=404, detail="Thing not found", headers={"X-Error": "There goes my error"})
    return Thing(name=thing_id, price=db.info.get("price"))


@router.post("/", status_code=201)
async def create_thing(thing: Thing, tasks: BackgroundTasks) -> Thing:
    """Create a thing."""
    tasks.add_task(sent.append, thing.name)
    return thing


@router.websocket("/ws")
async def talk(websocket: WebSocket, who: Annotated[str, Depends(who_asks)]) -> None:
    await websocket.accept()
    await websocket.send_text(f"{who}: {await websocket.receive_text()}")
    await websocket.close()
