package dev.sluice.server.page;

import dev.sluice.core.channel.Pattern;
import dev.sluice.core.channel.Selection;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/// The path to a page, as links.
final class Breadcrumb {
    static final String SLASH = "<span class=\"slash\">/</span>";

    private Breadcrumb() {}

    /// The segments of one channel or pattern, each with a link to all channels below it. Several channels are a
    /// plain list of names.
    static String of(Selection selection, String root, String channels) {
        Html html = new Html();
        html.markup("<a class=\"wide\" href=\"")
                .text(root + "channels")
                .markup("\">")
                .text(channels)
                .markup("</a>");
        html.markup("<span class=\"slash wide\">/</span>");
        List<Pattern> patterns = selection.patterns();
        if (patterns.size() > 1) {
            return html.markup("<bdi>").text(title(selection)).markup("</bdi>").toString();
        }
        String[] segments = patterns.getFirst().value().split("/", -1);
        StringBuilder path = new StringBuilder(root + "channels/");
        for (int i = 0; i < segments.length - 1; i++) {
            path.append(encoded(segments[i])).append('/');
            html.markup("<a href=\"")
                    .text(path + "**")
                    .markup("\"><bdi>")
                    .text(segments[i])
                    .markup("</bdi></a>");
            html.markup(SLASH);
        }
        return html.markup("<bdi>")
                .text(segments[segments.length - 1])
                .markup("</bdi>")
                .toString();
    }

    static String title(Selection selection) {
        return selection.patterns().stream().map(Pattern::value).collect(Collectors.joining(", "));
    }

    /// Form encoding, except that spaces become %20.
    static String encoded(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
