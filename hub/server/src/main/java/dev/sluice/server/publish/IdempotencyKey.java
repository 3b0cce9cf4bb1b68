package dev.sluice.server.publish;

import dev.sluice.core.encoding.Sha256;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventFields;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Conditions.Idempotency;
import dev.sluice.core.log.Conditions.Newest;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.RequestHead;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/// A publisher's key for a publish, which makes a repetition of the publish have no effect.
///
/// @param value 1 to 255 visible ASCII characters
public record IdempotencyKey(String value) {
    private static final int CHARACTERS_MAX = 255;
    private static final Pattern VALID = Pattern.compile("[!-~]{1," + CHARACTERS_MAX + "}");
    private static final String NOT_SPLIT = PublishRequest.Split.NONE.name();
    private static final String NAME = "Idempotency-Key";

    /// The hub replaces it with the publisher's name.
    private static final String ANONYMOUS = "";

    /// The key in the header; empty if the header is absent.
    ///
    /// @throws dev.sluice.server.http.head.ProblemException if it is invalid
    static Optional<IdempotencyKey> of(RequestHead request) {
        Optional<String> value = request.header(NAME);
        value.filter(text -> !VALID.matcher(text).matches()).ifPresent(text -> {
            throw Problems.BAD_HEADER.refused(
                    NAME,
                    "The header Idempotency-Key is 1 to " + CHARACTERS_MAX + " visible ASCII characters, not "
                            + Problems.quoted(text) + ".");
        });
        return value.map(IdempotencyKey::new);
    }

    /// Creates the key of a program or message.
    ///
    /// @throws IllegalArgumentException if it is invalid
    public static IdempotencyKey of(String value) {
        if (VALID.matcher(value).matches()) return new IdempotencyKey(value);
        throw new IllegalArgumentException("a key is 1 to " + CHARACTERS_MAX + " visible ASCII characters");
    }

    /// The key of one event of a streamed body.
    IdempotencyKey ofPart(String name) {
        return new IdempotencyKey(value + "/" + name);
    }

    /// The conditions of an event that is published by a session or the embedding program. They equal those of
    /// the same publish by a separate request, which may repeat it.
    public Conditions conditions(Draft draft, Newest newest) {
        Content content = Objects.requireNonNull(draft.content(), "only an event has a key");
        return conditions(
                newest,
                content.bytes(),
                fingerprinted(content.type(), draft.type(), draft, draft.keyEnds(), draft.ends(), NOT_SPLIT, newest));
    }

    /// The values that, together with the data, must be equal in a repetition.
    static String[] fingerprinted(
            String contentType,
            String type,
            EventFields fields,
            boolean removes,
            boolean closes,
            String split,
            Newest newest) {
        return new String[] {
            contentType, type, fields.fingerprint(), "" + removes, "" + closes, split, newest.toString()
        };
    }

    /// @param fingerprinted the values that, together with the data, must be equal in a repetition
    Conditions conditions(Newest newest, byte[] body, String... fingerprinted) {
        return new Conditions(new Idempotency(ANONYMOUS, value, fingerprint(body, fingerprinted)), newest);
    }

    private static String fingerprint(byte[] body, String... fingerprinted) {
        MessageDigest digest = Sha256.digest();
        for (String each : fingerprinted) {
            byte[] bytes = each.getBytes(StandardCharsets.UTF_8);
            // The length prefix keeps the values apart.
            digest.update(
                    ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
            digest.update(bytes);
        }
        return Base64.getUrlEncoder().withoutPadding().encodeToString(digest.digest(body));
    }
}
