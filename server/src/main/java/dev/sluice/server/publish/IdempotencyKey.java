package dev.sluice.server.publish;

import dev.sluice.core.event.Content;
import dev.sluice.core.event.Draft;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Conditions.Idempotency;
import dev.sluice.core.log.Conditions.Newest;
import dev.sluice.server.http.Problems;
import dev.sluice.server.http.Request;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A publisher's name for what it publishes, so that publishing it again changes nothing.
///
/// @param value 1 to 255 visible ASCII characters
public record IdempotencyKey(String value) {
    private static final int CHARACTERS_MAX = 255;
    private static final Pattern VALID = Pattern.compile("[!-~]{1," + CHARACTERS_MAX + "}");
    private static final String NOT_SPLIT = PublishRequest.Split.NONE.name();
    private static final String NAME = "Idempotency-Key";

    /// Nobody proves who they are yet: all publishers are one.
    private static final String ANONYMOUS = "";

    /// @throws dev.sluice.server.http.Refused if there is one that is none
    static Optional<IdempotencyKey> of(Request request) {
        Optional<String> value = request.header(NAME);
        value.filter(text -> !VALID.matcher(text).matches()).ifPresent(text -> {
            throw Problems.BAD_HEADER.refused(
                    NAME,
                    "The header Idempotency-Key is 1 to " + CHARACTERS_MAX + " visible ASCII characters, not "
                            + Problems.quoted(text) + ".");
        });
        return value.map(IdempotencyKey::new);
    }

    /// A key that a program gives.
    ///
    /// @throws IllegalArgumentException if it is none
    public static IdempotencyKey of(String value) {
        if (VALID.matcher(value).matches()) return new IdempotencyKey(value);
        throw new IllegalArgumentException("a key is 1 to " + CHARACTERS_MAX + " visible ASCII characters");
    }

    /// The key of one part of a streamed body.
    IdempotencyKey part(String name) {
        return new IdempotencyKey(value + "/" + name);
    }

    /// Of an event that came in another way than as a request of its own, and may be repeated as one: in a batch, over
    /// a
    /// connection, from the program around the hub.
    public Conditions conditions(Draft draft, Newest newest) {
        Content content = Objects.requireNonNull(draft.content(), "only an event has a key");
        return conditions(
                newest,
                content.bytes(),
                meaning(content.type(), draft.type(), draft.key(), draft.keyEnds(), draft.ends(), NOT_SPLIT, newest));
    }

    /// All that a repetition must have in common with the first, besides the data.
    static String[] meaning(
            String contentType,
            String type,
            @Nullable String key,
            boolean removes,
            boolean closes,
            String split,
            Newest newest) {
        return new String[] {
            contentType, type, key == null ? "" : "=" + key, "" + removes, "" + closes, split, newest.toString()
        };
    }

    /// @param meaning all that must be the same in a repetition
    Conditions conditions(Newest newest, byte[] body, String... meaning) {
        return new Conditions(new Idempotency(ANONYMOUS, value, fingerprint(body, meaning)), newest);
    }

    private static String fingerprint(byte[] body, String... meaning) {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
        for (String each : meaning) {
            byte[] bytes = each.getBytes(StandardCharsets.UTF_8);
            // With the length in front nothing can be taken for the next.
            digest.update(
                    ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
            digest.update(bytes);
        }
        return Base64.getUrlEncoder().withoutPadding().encodeToString(digest.digest(body));
    }
}
