package dev.sluice.server.http.head;

import java.util.List;

/// A request's path: percent-decoded once, then split at `/`, so that `chat%2F7` is `chat/7`; nothing is normalised.
///
/// @param raw     as sent, beginning with `/`
/// @param decoded after percent-decoding, beginning with `/`
/// @param first   the first segment
public record Path(String raw, String decoded, String first) {
    /// @throws ProblemException if the percent-encoding is invalid, or does not decode to UTF-8
    public static Path of(String raw) {
        String decoded = Percent.decode(raw, false);
        if (decoded == null || !decoded.startsWith("/")) {
            throw Problems.BAD_REQUEST.refused(
                    "path",
                    "The path " + Problems.quoted(raw)
                            + " is not percent-encoded UTF-8: write each '%' as %25 and encode other bytes as %XX.");
        }
        int slash = decoded.indexOf('/', 1);
        return new Path(raw, decoded, slash < 0 ? decoded.substring(1) : decoded.substring(1, slash));
    }

    /// The parts between slashes: one empty segment for `/`, and an empty last one after a trailing slash.
    public List<String> segments() {
        return List.of(decoded.substring(1).split("/", -1));
    }

    /// The decoded path after `count` segments, including its slashes: the channel's name after `/channels/`.
    public String after(int count) {
        int from = 1;
        for (int passed = 0; passed < count; passed++) {
            int slash = decoded.indexOf('/', from);
            if (slash < 0) return "";
            from = slash + 1;
        }
        return decoded.substring(from);
    }
}
