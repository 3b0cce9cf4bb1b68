package dev.sluice.client.json;

/**
 * Validates a JSON value against the grammar of RFC 8259 and finds its end. It builds no objects, so that checking a
 * large text needs no memory except for the stack.
 */
final class JsonScanner {
    private final String text;
    private final int end;
    private final int depthMax;

    /** @param end the end of the text to read, which may be a part of {@code text} */
    JsonScanner(String text, int end, int depthMax) {
        this.text = text;
        this.end = end;
        this.depthMax = depthMax;
    }

    /** Returns the position after white space, of which JSON has four kinds (RFC 8259 §2). */
    int space(int position) {
        while (position < end && isSpace(text.charAt(position))) position++;
        return position;
    }

    /** Returns the position after the value that begins here. */
    int value(int position, int depth) throws JsonException {
        if (position >= end) throw new JsonException("a value is missing", position);
        return switch (text.charAt(position)) {
            case '{' -> object(position, depth + 1);
            case '[' -> array(position, depth + 1);
            case '"' -> string(position);
            case 't' -> word("true", position);
            case 'f' -> word("false", position);
            case 'n' -> word("null", position);
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number(position);
            default -> throw new JsonException("a value cannot begin with this character", position);
        };
    }

    private int object(int position, int depth) throws JsonException {
        checkDepth(position, depth);
        position = space(position + 1);
        if (is('}', position)) return position + 1;
        while (true) {
            position = space(value(colon(string(position)), depth));
            if (is('}', position)) return position + 1;
            position = space(expect(',', position));
        }
    }

    private int array(int position, int depth) throws JsonException {
        checkDepth(position, depth);
        position = space(position + 1);
        if (is(']', position)) return position + 1;
        while (true) {
            position = space(value(position, depth));
            if (is(']', position)) return position + 1;
            position = space(expect(',', position));
        }
    }

    /** Skips the colon after a name and returns the position of the value. */
    int colon(int position) throws JsonException {
        return space(expect(':', space(position)));
    }

    /** Returns the position after the string that begins here. */
    int string(int position) throws JsonException {
        position = expect('"', position);
        while (position < end) {
            char c = text.charAt(position);
            if (c == '"') return position + 1;
            if (c < ' ') throw new JsonException("a control character must be escaped", position);
            position = c == '\\' ? escape(position + 1) : position + 1;
        }
        throw new JsonException("a string is not terminated", position);
    }

    private int escape(int position) throws JsonException {
        if (position >= end) throw new JsonException("a string is not terminated", position);
        return switch (text.charAt(position)) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> position + 1;
            case 'u' -> hex(position + 1);
            default -> throw new JsonException("invalid escape", position);
        };
    }

    private int hex(int position) throws JsonException {
        for (int digit = position; digit < position + 4; digit++) {
            // Character.digit also accepts digits of other scripts, JSON does not.
            if (digit >= end || text.charAt(digit) > 'f' || Character.digit(text.charAt(digit), 16) < 0) {
                throw new JsonException("four hexadecimal digits must follow \\u", digit);
            }
        }
        return position + 4;
    }

    private int number(int position) throws JsonException {
        if (is('-', position)) position++;
        position = is('0', position) ? position + 1 : digits(position);
        if (is('.', position)) position = digits(position + 1);
        if (is('e', position) || is('E', position)) {
            position++;
            if (is('+', position) || is('-', position)) position++;
            position = digits(position);
        }
        return position;
    }

    private int digits(int position) throws JsonException {
        int from = position;
        while (position < end && text.charAt(position) >= '0' && text.charAt(position) <= '9') position++;
        if (position == from) throw new JsonException("a digit is missing", position);
        return position;
    }

    private int word(String word, int position) throws JsonException {
        if (position + word.length() > end || !text.startsWith(word, position))
            throw new JsonException("only true, false and null may be unquoted", position);
        return position + word.length();
    }

    boolean is(char c, int position) {
        return position < end && text.charAt(position) == c;
    }

    private int expect(char c, int position) throws JsonException {
        if (!is(c, position)) throw new JsonException("'" + c + "' is missing", position);
        return position + 1;
    }

    private void checkDepth(int position, int depth) throws JsonException {
        if (depth > depthMax) throw new JsonException("more than " + depthMax + " levels", position);
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\n' || c == '\r' || c == '\t';
    }
}
