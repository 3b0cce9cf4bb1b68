package dev.sluice.client;

import dev.sluice.client.json.Json;
import dev.sluice.client.json.JsonException;
import java.io.Serializable;
import java.util.Map;

/**
 * Why a hub said no, as RFC 9457 has it.
 *
 * @param type   names the kind of problem, stable, to tell problems apart in a program; {@code about:blank} if unknown
 * @param title  what is wrong, for a person
 * @param status of HTTP, the same on transports that have other words for it
 * @param detail what to do about it, for a person; may be empty
 * @param json   the problem as the hub wrote it, with whatever else it says; empty if something else answered
 */
public record Problem(String type, String title, int status, String detail, String json) implements Serializable {
    private static final int CHARS_MAX = 64 * 1024;

    /** From a refusal's body, which is a problem only if a hub wrote it: a proxy may have answered instead. */
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
            // A close frame's reason is a plain sentence (RFC 6455 §7.1.6); a page of HTML would help nobody.
            var detail = body.length() <= 123 && body.indexOf('<') < 0 ? body : "";
            return new Problem("about:blank", "Status " + status, status, detail, "");
        }
    }

    private static String text(Map<String, Json> members, String name, String absent) throws JsonException {
        return Json.optionalString(members, name).orElse(absent);
    }

    /** One line for a person. */
    @Override
    public String toString() {
        return status + " " + title + (detail.isEmpty() ? "" : ": " + detail);
    }
}
