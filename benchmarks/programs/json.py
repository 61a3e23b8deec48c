from harness import serve


class JsonObject:
    def __init__(self):
        self.names = []
        self.members = {}


class Parser:
    def __init__(self, text):
        self.text = text
        self.position = 0

    def skip_space(self):
        while self.position < len(self.text):
            c = self.text[self.position]
            if c != " " and c != "\n":
                break
            self.position += 1

    def peek(self):
        self.skip_space()
        return self.text[self.position]

    def expect(self, character):
        found = self.peek()
        if found != character:
            raise ValueError(f"{self.position}: expected {character}, found {found}")
        self.position += 1

    def value(self):
        c = self.peek()
        if c == "{":
            return self.object()
        if c == "[":
            return self.list()
        if c == '"':
            return self.string()
        if c == "t":
            self.position += 4
            return True
        if c == "f":
            self.position += 5
            return False
        if c == "n":
            self.position += 4
            return None
        return self.number()

    def object(self):
        result = JsonObject()
        self.expect("{")
        if self.peek() == "}":
            self.position += 1
            return result
        while True:
            self.skip_space()
            name = self.string()
            self.expect(":")
            result.names.append(name)
            result.members[name] = self.value()
            if self.peek() != ",":
                break
            self.position += 1
        self.expect("}")
        return result

    def list(self):
        items = []
        self.expect("[")
        if self.peek() == "]":
            self.position += 1
            return items
        while True:
            items.append(self.value())
            if self.peek() != ",":
                break
            self.position += 1
        self.expect("]")
        return items

    def string(self):
        self.expect('"')
        pieces = []
        start = self.position
        while True:
            c = self.text[self.position]
            if c == '"':
                break
            if c == "\\":
                pieces.append(self.text[start : self.position])
                escaped = self.text[self.position + 1]
                pieces.append("\n" if escaped == "n" else escaped)
                self.position += 2
                start = self.position
            else:
                self.position += 1
        rest = self.text[start : self.position]
        self.position += 1
        if not pieces:
            return rest
        pieces.append(rest)
        return "".join(pieces)

    def number(self):
        start = self.position
        whole = True
        while self.position < len(self.text):
            c = self.text[self.position]
            if c == ".":
                whole = False
            elif c != "-" and (c < "0" or c > "9"):
                break
            self.position += 1
        digits = self.text[start : self.position]
        return int(digits) if whole else float(digits)


def write_string(text, out):
    out.append('"')
    start = 0
    for i in range(len(text)):
        c = text[i]
        if c == '"' or c == "\\" or c == "\n":
            out.append(text[start:i])
            out.append("\\")
            out.append("n" if c == "\n" else c)
            start = i + 1
    out.append(text if start == 0 else text[start:])
    out.append('"')


def write_value(value, out):
    if isinstance(value, str):
        write_string(value, out)
    elif isinstance(value, list):
        out.append("[")
        first = True
        for item in value:
            if not first:
                out.append(",")
            first = False
            write_value(item, out)
        out.append("]")
    elif isinstance(value, JsonObject):
        out.append("{")
        first = True
        for name in value.names:
            if not first:
                out.append(",")
            first = False
            write_string(name, out)
            out.append(":")
            write_value(value.members[name], out)
        out.append("}")
    elif value is None:
        out.append("null")
    elif value is True:
        out.append("true")
    elif value is False:
        out.append("false")
    else:
        out.append(str(value))


def stringify(value):
    out = []
    write_value(value, out)
    return "".join(out)


def sample():
    records = []
    for i in range(100):
        records.append(
            '{"id":' + str(i) + ',"name":"record \\"' + str(i * 7919 % 1000) + '\\"",'
            '"tags":["red","green\\nblue","a rather longer text without escapes"],'
            '"position":{"x":' + str(i * 37 % 101) + '.25,"y":-' + str(i * 53 % 97) + ".5},"
            '"active":' + ("true" if i % 3 == 0 else "false") + ',"parent":null,"empty":[]}'
        )
    return "[" + ",".join(records) + "]"


def run(rounds):
    text = sample()
    characters = 0
    for _ in range(rounds):
        value = Parser(text).value()
        written = stringify(value)
        if written != text:
            raise ValueError("what was written differs from what was read")
        characters += len(written) + len(value)
    return characters


serve(run)
