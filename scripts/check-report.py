"""The part of scripts/check-report that drives the browser: BROWSER PAGE PROFILE SUM [PICTURES]."""
import base64, json, pathlib, subprocess, sys, time, urllib.request
import websocket

browser, page, profile, expected, pictures = sys.argv[1:6]
process = subprocess.Popen(
    [browser, "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0",
     "--remote-allow-origins=*", f"--user-data-dir={profile}", "about:blank"],
    stderr=subprocess.DEVNULL)
failures, events = [], []


def connect():
    port_file = pathlib.Path(profile, "DevToolsActivePort")
    for _ in range(200):
        if port_file.exists() and port_file.read_text().strip():
            port = port_file.read_text().splitlines()[0]
            try:
                targets = json.load(urllib.request.urlopen(f"http://127.0.0.1:{port}/json"))
            except OSError:
                targets = []
            for target in targets:
                if target["type"] == "page":
                    return websocket.create_connection(target["webSocketDebuggerUrl"], timeout=30)
        time.sleep(0.05)
    sys.exit("check-report: the browser did not start")


socket, number = None, 0


def call(method, **parameters):
    global number
    number += 1
    socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
    while True:
        message = json.loads(socket.recv())
        if message.get("id") == number:
            return message.get("result", {})
        events.append(message)


def ask(expression):
    result = call("Runtime.evaluate", expression=expression, returnByValue=True)
    if "exceptionDetails" in result:
        failures.append(f"{expression}: {result['exceptionDetails']['text']}")
        return None
    return result["result"].get("value")


def expect(what, found, wanted):
    if found != wanted:
        failures.append(f"{what}: expected {wanted!r}, found {found!r}")


def click(selector, index=0):
    """A real mouse click in the middle of an element."""
    box = ask(f"(() => {{ const e = document.querySelectorAll({selector!r})[{index}]; "
              "e.scrollIntoView({block: 'center'}); const r = e.getBoundingClientRect(); "
              "return [r.x + Math.min(20, r.width / 2), r.y + r.height / 2]; })()")
    for kind in ("mousePressed", "mouseReleased"):
        call("Input.dispatchMouseEvent", type=kind, x=box[0], y=box[1], button="left", clickCount=1)


def picture(name, width, dark):
    call("Emulation.setEmulatedMedia",
         features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
    call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
    wide = ask("document.documentElement.scrollWidth")
    if wide > width:
        failures.append(f"{name}: the page is {wide} wide on a screen of {width}")
    if pictures:
        pathlib.Path(pictures).mkdir(parents=True, exist_ok=True)
        data = call("Page.captureScreenshot", captureBeyondViewport=True)["data"]
        pathlib.Path(pictures, name + ".png").write_bytes(base64.b64decode(data))


column = ("[...document.querySelectorAll('section')[1].querySelectorAll('tbody tr')]"
          ".filter(r => r.style.display !== 'none' && !r.hidden).map(r => r.cells[%d].textContent)")
pivot = "[...document.querySelectorAll('[data-pivot] tbody tr')].map(r => [...r.cells].map(c => c.textContent.trim()))"


def number_of(text):
    return float(text.replace(",", ""))


try:
    socket = connect()
    for domain in ("Page", "Runtime", "Network", "Log"):
        call(domain + ".enable")
    call("Page.navigate", url="file://" + page)
    for _ in range(200):
        if ask("document.readyState") == "complete":
            break
        time.sleep(0.05)
    names = ask(column % 0)
    expect("desks", len(names), 12)
    click("section:nth-of-type(2) th", 1)
    values = [number_of(v) for v in ask(column % 1)]
    expect("sorted by value", values in (sorted(values), sorted(values, reverse=True)), True)
    click("section:nth-of-type(2) th", 1)
    again = [number_of(v) for v in ask(column % 1)]
    expect("sorted the other way", again, values[::-1])
    click("section:nth-of-type(2) input")
    call("Input.insertText", text="desk_11")
    expect("filtered", ask(column % 0), ["DESK_11"])
    points = ask("[...document.querySelectorAll('circle.point.l0')].map(c => Number(c.getAttribute('cx')))")
    expect("points of the curve", len(points), 7)
    expect("points from left to right", points, sorted(points))
    rows = ask(pivot)
    expect("pivot, closed", len(rows), 12)
    first = next(i for i, row in enumerate(rows) if row[0].endswith("DESK_0"))
    expect("sum of a desk, exact", rows[first][1].replace(",", ""), expected)
    click("[data-pivot] tbody tr", first)
    opened = ask(pivot)
    expect("pivot, one desk open", len(opened) > 12, True)
    click("[data-pivot] tbody tr", first + 1)
    deeper = ask(pivot)
    expect("pivot, two levels open", len(deeper) > len(opened), True)
    click("[data-pivot] tbody tr", first)
    expect("pivot, closed again", len(ask(pivot)), 12)
    picture("wide-light", 1200, False)
    picture("wide-dark", 1200, True)
    picture("narrow-light", 420, False)
    for event in events:
        name, body = event.get("method", ""), event.get("params", {})
        if name == "Network.requestWillBeSent" and not body["request"]["url"].startswith(("file:", "data:")):
            failures.append(f"a request left the page: {body['request']['url']}")
        if name == "Runtime.exceptionThrown":
            failures.append(f"exception: {body['exceptionDetails']['text']}")
        if name == "Runtime.consoleAPICalled" and body["type"] in ("error", "warning"):
            failures.append(f"console: {body['args']}")
        if name == "Log.entryAdded" and body["entry"]["level"] in ("error", "warning"):
            failures.append(f"log: {body['entry']['text']}")
finally:
    process.terminate()
for failure in failures:
    print("check-report:", failure)
print(f"check-report: {'failed' if failures else 'sorted, filtered, drilled; nothing on the console, nothing left the page'}")
sys.exit(1 if failures else 0)
