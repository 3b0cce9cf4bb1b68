package dev.sluice.mercure;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Maps topics to channels, one to one. The channel of a topic is below the configured one and has the topic's
/// text, in which these characters are percent-encoded: `%` and `*`; a `/` at the beginning, at the end or after
/// another one; the dots of a segment `.` or `..`; a `$` that begins a segment.
///
/// @param path     the hub's path, below which topics are the hub's own
/// @param channels the channel below which public updates are; empty for all channels
record Topics(String path, String channels) {
    /// Clients cannot publish there, and the hub's wildcards do not reach it.
    static final String PRIVATE = "$program/mercure/private/";

    /// Subscription events, of all topics: each has its own, which would be a channel for each subscriber.
    static final String SUBSCRIPTIONS = "$program/mercure/subscriptions";

    static final String RULE = "A topic or selector has 1 to 2,000 characters, without control and format characters.";

    private static final int CHARACTERS_MAX = 2_000;

    /// A channel has 255 bytes.
    private static final int CHANNEL_BYTES_MAX = 255;

    static boolean isName(String text) {
        return !text.isEmpty() && text.length() <= CHARACTERS_MAX && isClean(text);
    }

    static boolean isClean(String text) {
        return text.codePoints()
                .noneMatch(each -> Character.isISOControl(each) || Character.getType(each) == Character.FORMAT);
    }

    /// Returns the pattern of all channels with updates of one privacy.
    String all(boolean isPrivate) {
        return channel("**", isPrivate);
    }

    /// Returns a topic's channel, below that of its updates' privacy; empty if the name would be too long.
    Optional<String> channel(String topic) {
        String name = encoded(topic);
        int prefix = Math.max(PRIVATE.length(), channels.getBytes(StandardCharsets.UTF_8).length + 1);
        boolean fits = prefix + name.getBytes(StandardCharsets.UTF_8).length <= CHANNEL_BYTES_MAX;
        return fits ? Optional.of(name) : Optional.empty();
    }

    /// @param name as [#channel(String)] returns it
    String channel(String name, boolean isPrivate) {
        if (isPrivate) return PRIVATE + name;
        return channels.isEmpty() ? name : channels + "/" + name;
    }

    /// Returns the topic of a channel; empty if no topic has this channel.
    Optional<String> topic(String channel) {
        String prefix = isPrivate(channel) ? PRIVATE : channels.isEmpty() ? "" : channels + "/";
        if (!channel.startsWith(prefix)) return Optional.empty();
        String name = channel.substring(prefix.length());
        String topic;
        try {
            topic = Form.percentDecoded(name);
        } catch (IllegalArgumentException noEncoding) {
            return Optional.empty();
        }
        return encoded(topic).equals(name) && isName(topic) ? Optional.of(topic) : Optional.empty();
    }

    static boolean isPrivate(String channel) {
        return channel.startsWith(PRIVATE) || channel.equals(SUBSCRIPTIONS);
    }

    private static String encoded(String topic) {
        var name = new StringBuilder();
        int segment = 0;
        for (int i = 0; i < topic.length(); i++) {
            char each = topic.charAt(i);
            boolean isFirst = i == segment;
            if (each == '/' && (isFirst || i == topic.length() - 1)) {
                name.append("%2F");
                if (!isFirst) segment = i + 1;
                continue;
            }
            switch (each) {
                case '%' -> name.append("%25");
                case '*' -> name.append("%2A");
                case '$' -> name.append(isFirst ? "%24" : "$");
                case '.' -> name.append(isDots(topic, segment) ? "%2E" : ".");
                default -> name.append(each);
            }
            if (each == '/') segment = i + 1;
        }
        return name.toString();
    }

    private static boolean isDots(String topic, int from) {
        int slash = topic.indexOf('/', from);
        String segment = topic.substring(from, slash < 0 ? topic.length() : slash);
        return segment.equals(".") || segment.equals("..");
    }

    /// Returns true for topics at and below the hub's path, whatever their scheme and authority: publishers may
    /// not forge the hub's own updates.
    boolean isReserved(String topic) {
        try {
            URI url = new URI(topic);
            if (url.isOpaque() || url.getPath() == null) return false;
            String absolute = URI.create("https://hub.invalid" + path)
                    .resolve(url)
                    .normalize()
                    .getPath();
            return absolute.equals(path) || absolute.startsWith(path + "/");
        } catch (URISyntaxException noUrl) {
            return topic.contains(path); // A laxer parser might find a URL in it.
        }
    }
}
