package dev.sluice.client.transport;

import java.util.regex.Pattern;

/**
 * Checks the syntax of cursors. A cursor is opaque, but it is
 * sent in headers and addresses, so it is checked when received.
 */
final class Cursors {
    private static final Pattern CURSOR = Pattern.compile("[A-Za-z0-9._~-]{1,512}");

    private Cursors() {}

    static String check(String cursor) throws MalformedException {
        if (!CURSOR.matcher(cursor).matches()) throw new MalformedException("the hub sent an invalid cursor");
        return cursor;
    }
}
