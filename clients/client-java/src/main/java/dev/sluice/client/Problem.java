package dev.sluice.client;

import dev.sluice.client.json.Json;
import dev.sluice.client.json.JsonException;
import java.io.Serializable;
import java.util.Map;

/**
 * The reason for a refusal, as a problem of RFC 9457.
 *
 * @param type   stable identifier of the kind of problem, for use in programs; {@code about:blank} if unknown
 * @param title  what is wrong, for people
 * @param status the HTTP status, also on transports that have other codes
 * @param detail what to do about it, for people; may be empty
 * @param json   the problem as the hub sent it, with all members; empty if the answer did not come from a hub
 */
public record Problem(String type, String title, int status, String detail, String json) implements Serializable {
    private static final int CHARS_MAX = 64 * 1024;

    /** Reads the body of a refusal. It is not a problem document if a proxy answered instead of the hub. */
    static Problem read(int status, String body) {
        try {
            var json = Json.parse(body, Json.DATA_DEPTH_MAX, CHARS_MAX);
            var members = json.members();
            return new Problem(
                    text(members, "type", "about:blank"),
                    text(members, "title", "Status " + status),
                    status,
                    text(members, "detail", ""),
                    json.text());
        } catch (JsonException reason) {
            // The reason of a close frame is plain text (RFC 6455 §7.1.6). HTML is of no use here.
            var detail = body.length() <= 123 && body.indexOf('<') < 0 ? body : "";
            return new Problem("about:blank", "Status " + status, status, detail, "");
        }
    }

    private static String text(Map<String, Json> members, String name, String absent) throws JsonException {
        return Json.optionalString(members, name).orElse(absent);
    }

    /** Returns one line for people. */
    @Override
    public String toString() {
        return status + " " + title + (detail.isEmpty() ? "" : ": " + detail);
    }
}
