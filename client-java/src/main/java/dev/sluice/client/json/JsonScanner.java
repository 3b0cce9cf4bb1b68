package dev.sluice.client.json;

/**
 * Finds where a JSON value ends, and that it keeps to the grammar of RFC 8259 all the way. Knows positions only, builds
 * nothing, so that checking a large text costs no memory but the stack of its depth.
 */
final class JsonScanner {
    private final String text;
    private final int end;
    private final int depthMax;

    /** @param end where the text to read ends; a value may be a part of a longer text */
    JsonScanner(String text, int end, int depthMax) {
        this.text = text;
        this.end = end;
        this.depthMax = depthMax;
    }

    /** The place behind white space, of which JSON has four kinds (RFC 8259 §2). */
    int space(int at) {
        while (at < end && isSpace(text.charAt(at))) at++;
        return at;
    }

    /** The place behind the value that begins here. */
    int value(int at, int depth) throws JsonException {
        if (at >= end) throw new JsonException("a value is missing", at);
        return switch (text.charAt(at)) {
            case '{' -> object(at, depth + 1);
            case '[' -> array(at, depth + 1);
            case '"' -> string(at);
            case 't' -> word("true", at);
            case 'f' -> word("false", at);
            case 'n' -> word("null", at);
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number(at);
            default -> throw new JsonException("no value begins so", at);
        };
    }

    private int object(int at, int depth) throws JsonException {
        checkDepth(at, depth);
        at = space(at + 1);
        if (is('}', at)) return at + 1;
        while (true) {
            at = space(value(colon(string(at)), depth));
            if (is('}', at)) return at + 1;
            at = space(expect(',', at));
        }
    }

    private int array(int at, int depth) throws JsonException {
        checkDepth(at, depth);
        at = space(at + 1);
        if (is(']', at)) return at + 1;
        while (true) {
            at = space(value(at, depth));
            if (is(']', at)) return at + 1;
            at = space(expect(',', at));
        }
    }

    /** From behind a name to where its value begins. */
    int colon(int at) throws JsonException {
        return space(expect(':', space(at)));
    }

    /** The place behind the string, whose quotation mark stands here. */
    int string(int at) throws JsonException {
        at = expect('"', at);
        while (at < end) {
            char c = text.charAt(at);
            if (c == '"') return at + 1;
            if (c < ' ') throw new JsonException("a control character must be escaped", at);
            at = c == '\\' ? escape(at + 1) : at + 1;
        }
        throw new JsonException("a string has no end", at);
    }

    private int escape(int at) throws JsonException {
        if (at >= end) throw new JsonException("a string has no end", at);
        return switch (text.charAt(at)) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> at + 1;
            case 'u' -> hex(at + 1);
            default -> throw new JsonException("no such escape", at);
        };
    }

    private int hex(int at) throws JsonException {
        for (int digit = at; digit < at + 4; digit++) {
            // Digits of other scripts are digits to Character.digit, but not to JSON.
            if (digit >= end || text.charAt(digit) > 'f' || Character.digit(text.charAt(digit), 16) < 0) {
                throw new JsonException("four hexadecimal digits must follow \\u", digit);
            }
        }
        return at + 4;
    }

    private int number(int at) throws JsonException {
        if (is('-', at)) at++;
        at = is('0', at) ? at + 1 : digits(at);
        if (is('.', at)) at = digits(at + 1);
        if (is('e', at) || is('E', at)) {
            at++;
            if (is('+', at) || is('-', at)) at++;
            at = digits(at);
        }
        return at;
    }

    private int digits(int at) throws JsonException {
        int from = at;
        while (at < end && text.charAt(at) >= '0' && text.charAt(at) <= '9') at++;
        if (at == from) throw new JsonException("a digit is missing", at);
        return at;
    }

    private int word(String word, int at) throws JsonException {
        if (at + word.length() > end || !text.startsWith(word, at)) throw new JsonException("no such word", at);
        return at + word.length();
    }

    boolean is(char c, int at) {
        return at < end && text.charAt(at) == c;
    }

    private int expect(char c, int at) throws JsonException {
        if (!is(c, at)) throw new JsonException("'" + c + "' is missing", at);
        return at + 1;
    }

    private void checkDepth(int at, int depth) throws JsonException {
        if (depth > depthMax) throw new JsonException("more than " + depthMax + " levels", at);
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\n' || c == '\r' || c == '\t';
    }
}
