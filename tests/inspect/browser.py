"""A headless Chromium, driven through its DevTools protocol over a pipe: the standard library is
all that it takes."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from pathlib import Path
from time import sleep
from types import TracebackType
from typing import Any, Self

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "chrome")

KEY_CODES = {"Escape": 27}
"""Of keys that the browser itself listens to."""


def find() -> str | None:
    """Chromium's path, or ``None`` where there is none."""
    return next((path for name in PROGRAMS if (path := shutil.which(name))), None)


class Browser:
    """One page in a browser of its own; errors of its scripts are kept in ``errors``."""

    def __init__(self, program: str, profile: Path, size: tuple[int, int] = (1366, 768)) -> None:
        to_browser, self._commands = os.pipe()
        self._answers, from_browser = os.pipe()

        def redirect() -> None:
            # The browser reads commands from descriptor 3 and answers on 4.
            os.dup2(os.dup(to_browser), 3)
            os.dup2(os.dup(from_browser), 4)

        self.process = subprocess.Popen(
            [
                program,
                *("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run"),
                *("--disable-dev-shm-usage", "--remote-debugging-pipe"),
                f"--window-size={size[0]},{size[1]}",
                f"--user-data-dir={profile}",
                "about:blank",
            ],
            pass_fds=(3, 4),
            preexec_fn=redirect,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_browser)
        os.close(from_browser)
        self._buffer = b""
        self._number = 0
        self._events: list[dict[str, Any]] = []
        self.session = ""
        self.errors: list[str] = []
        targets = self.call("Target.getTargets")["targetInfos"]
        target = next(each for each in targets if each["type"] == "page")
        attached = self.call("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        self.session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Network"):
            self.call(f"{domain}.enable")
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=size[0],
            height=size[1],
            deviceScaleFactor=1,
            mobile=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._commands)
        os.close(self._answers)

    # ------------------------------------------------------------------------- the protocol

    def call(self, method: str, **parameters: object) -> dict[str, Any]:
        """Sends a command and waits for its answer."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._receive()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                result: dict[str, Any] = answer["result"]
                return result
            self._note(answer)

    def wait(self, event: str) -> dict[str, Any]:
        """Waits for an event."""
        while True:
            for seen in self._events:
                if seen["method"] == event:
                    self._events.remove(seen)
                    return seen
            self._note(self._receive())

    def _note(self, message: dict[str, Any]) -> None:
        if message.get("method") == "Runtime.exceptionThrown":
            details = message["params"]["exceptionDetails"]
            self.errors.append(details.get("exception", {}).get("description", details["text"]))
        if "method" in message:
            self._events.append(message)

    def _receive(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            data = os.read(self._answers, 1 << 16)
            if not data:
                raise RuntimeError("the browser has ended")
            self._buffer += data
        line, _, self._buffer = self._buffer.partition(b"\0")
        message: dict[str, Any] = json.loads(line)
        return message

    # ------------------------------------------------------------------------------ the page

    def open(self, address: str, *, ready: bool = True) -> None:
        """Loads a page, and waits until its script says that all is there."""
        self._events.clear()
        self.call("Page.navigate", url=address)
        self.wait("Page.loadEventFired")
        if not ready:
            return
        for _ in range(200):
            if self.value("document.documentElement.dataset.ready") or self.errors:
                return
            sleep(0.05)
        raise TimeoutError(f"{address} does not become ready")

    def requests(self) -> list[str]:
        """The addresses that the page has asked for so far."""
        return [
            event["params"]["request"]["url"]
            for event in self._events
            if event["method"] == "Network.requestWillBeSent"
        ]

    def value(self, expression: str) -> Any:
        """What a JavaScript expression gives."""
        answer = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"]["exception"]["description"])
        return answer["result"].get("value")

    def texts(self, selector: str) -> list[str]:
        """The texts of the elements that are shown."""
        found: list[str] = self.value(
            f"[...document.querySelectorAll({json.dumps(selector)})]"
            ".filter((e) => e.offsetParent).map((e) => e.innerText || e.textContent)"
        )
        return found

    def click(self, selector: str, number: int = 0) -> None:
        """Clicks in the middle of an element."""
        x, y = self._middle(selector, number)
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def point(self, selector: str, number: int = 0) -> None:
        """Moves the mouse there."""
        x, y = self._middle(selector, number)
        self.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def _middle(self, selector: str, number: int) -> tuple[float, float]:
        place = self.value(
            f"(() => {{ const e = document.querySelectorAll({json.dumps(selector)})[{number}];"
            "e.scrollIntoView({ block: 'nearest' }); const r = e.getBoundingClientRect();"
            "const width = Math.min(r.width, innerWidth - r.left);"
            "return [r.left + width / 2, r.top + r.height / 2] })()"
        )
        return place[0], place[1]

    def press(self, *keys: str) -> None:
        """Presses keys by their names (``j``, ``ArrowDown``)."""
        for key in keys:
            more: dict[str, object] = {"text": key} if len(key) == 1 else {}
            if key in KEY_CODES:
                more["windowsVirtualKeyCode"] = KEY_CODES[key]
            self.call("Input.dispatchKeyEvent", type="keyDown", key=key, **more)
            self.call("Input.dispatchKeyEvent", type="keyUp", key=key)

    def screenshot(self, path: Path) -> None:
        """Writes what is to be seen as a PNG file."""
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot")["data"]))
