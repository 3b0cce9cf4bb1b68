package dev.sluice.server.page;

import dev.sluice.core.event.Content;
import dev.sluice.core.event.Event;
import dev.sluice.server.json.Timestamp;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The static rows of events that a page contains before, or without, any script.
///
/// @param showsChannel whether rows name their channel, because there may be several
record EventRows(Pages pages, Language language, boolean showsChannel) {
    /// The maximum number of characters shown of an event's data, so that the page stays small.
    static final int CHARACTERS_MAX = 600;

    String of(List<Event> events) {
        Html html = new Html();
        for (Event event : events) row(event, html);
        return html.toString();
    }

    private void row(Event event, Html html) {
        String time = Timestamp.of(event.timeMs());
        html.markup("<li class=\"event\"><time class=\"when\" datetime=\"" + time + "\">")
                .markup(time.replace('T', ' '))
                .markup("</time><span class=\"age\"></span><span class=\"id\">")
                .text(event.id().text())
                .markup("</span><span class=\"about\">");
        if (showsChannel) span("name", event.channel().value(), html);
        span("type", event.type(), html);
        if (event.key() != null) tag("key.short", event.key(), html);
        if (event.from() != null) tag("from", event.from(), html);
        html.markup("</span><span class=\"data\">");
        if (event.isForgotten()) {
            html.markup("<em>").text(pages.message("data.removed", language)).markup("</em>");
        } else {
            span("text", data(event.content()), html);
        }
        html.markup("</span></li>\n");
    }

    private String data(Content content) {
        byte[] bytes = content.bytes();
        return switch (content.kind()) {
            case TEXT, JSON -> excerpt(bytes);
            case BINARY -> pages.message("data.binary", language) + ", " + bytes.length + " B, " + content.type();
        };
    }

    private static String excerpt(byte[] utf8) {
        // A character has at most four bytes; the end, where one may be cut in two, is removed below.
        String text = new String(utf8, 0, Math.min(utf8.length, 4 * (CHARACTERS_MAX + 1)), StandardCharsets.UTF_8);
        if (text.codePointCount(0, text.length()) <= CHARACTERS_MAX) return text;
        return text.substring(0, text.offsetByCodePoints(0, CHARACTERS_MAX)) + "…";
    }

    private void tag(String name, String value, Html html) {
        html.markup("<span class=\"tag\">")
                .text(pages.message(name, language))
                .markup(" <bdi>")
                .text(value)
                .markup("</bdi></span>");
    }

    private static void span(String kind, String text, Html html) {
        html.markup("<span class=\"" + kind + "\">").text(text).markup("</span>");
    }
}
