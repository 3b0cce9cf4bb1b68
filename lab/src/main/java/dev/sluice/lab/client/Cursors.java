package dev.sluice.lab.client;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Finds the place of a message in JSON: its member `cursor`, or else `id`.
final class Cursors {
    private static final String CURSOR = "\"cursor\":\"";
    private static final String ID = "\"id\":\"";

    private Cursors() {}

    static @Nullable String of(byte[] bytes, int from, int to) {
        String json = new String(bytes, from, to - from, StandardCharsets.UTF_8);
        String found = member(json, CURSOR);
        return found == null ? member(json, ID) : found;
    }

    private static @Nullable String member(String json, String name) {
        int at = json.lastIndexOf(name);
        if (at < 0) return null;
        int from = at + name.length();
        int end = json.indexOf('"', from);
        return end < 0 ? null : json.substring(from, end);
    }
}
