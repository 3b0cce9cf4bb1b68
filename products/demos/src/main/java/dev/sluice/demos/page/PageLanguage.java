package dev.sluice.demos.page;

import dev.sluice.Request;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A language of the demos' pages.
enum PageLanguage {
    EN("$1"),
    ZH("$2");

    /// The cookie with the visitor's choice, set by `look.js` and by the pages of a hub.
    private static final Pattern CHOICE = Pattern.compile("(?:^|;\\s*)sluice-language=(en|zh)(?=;|$)");

    private static final List<String> TAGS =
            Arrays.stream(values()).map(PageLanguage::tag).toList();

    private static final Pattern TITLE = Pattern.compile("<title>(.*?) · (.*?)</title>");

    /// The replacement that selects this language's part of a title such as `Clock · 时钟`.
    private final String partOfTitle;

    PageLanguage(String partOfTitle) {
        this.partOfTitle = partOfTitle;
    }

    String tag() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Returns the language that the reader chose, or else the one that the browser prefers (RFC 9110
    /// §12.5.4).
    static PageLanguage of(Request request) {
        Matcher choice = CHOICE.matcher(request.header("Cookie").orElse(""));
        if (choice.find()) return valueOf(choice.group(1).toUpperCase(Locale.ROOT));
        try {
            var ranges =
                    Locale.LanguageRange.parse(request.header("Accept-Language").orElse("en"));
            String tag = Locale.lookupTag(ranges, TAGS);
            return tag == null ? EN : valueOf(tag.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException malformed) {
            return EN;
        }
    }

    /// Returns the page in this language, without the elements `<span lang="…">` of the other one. Those
    /// contain no nested spans.
    String only(String page) {
        PageLanguage other = this == EN ? ZH : EN;
        return TITLE.matcher(page)
                .replaceAll("<title>" + partOfTitle + "</title>")
                .replaceAll("(?s)<span lang=\"" + other.tag() + "\">.*?</span>", "")
                .replaceFirst("<html lang=\"[a-z]+\">", "<html lang=\"" + tag() + "\">");
    }
}
