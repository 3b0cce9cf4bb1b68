package dev.sluice.client.transport;

import java.util.regex.Pattern;

/** What a cursor may look like. It is opaque, but goes into headers and addresses, so it is checked where it comes in. */
final class Cursors {
    private static final Pattern CURSOR = Pattern.compile("[A-Za-z0-9._~-]{1,512}");

    private Cursors() {}

    static String check(String cursor) throws MalformedException {
        if (!CURSOR.matcher(cursor).matches()) throw new MalformedException("a cursor that can't be one came");
        return cursor;
    }
}
