package dev.sluice.server.auth.token;

import com.nimbusds.jose.jwk.JWK;
import dev.sluice.server.auth.identity.SigningAlgorithm;
import dev.sluice.server.json.InvalidJsonException;
import dev.sluice.server.json.JsonArrayReader;
import dev.sluice.server.json.JsonObjectReader;
import dev.sluice.server.json.JsonObjectReader.Value;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/// The document with an issuer's keys (RFC 7517 §5).
final class JwksDocument {
    /// Stands for the `kid` of tokens without one: they use the issuer's key if it has only one.
    static final String ONLY = "";

    private JwksDocument() {}

    /// The keys for one algorithm by their `kid`. Ignores keys for other purposes and algorithms, weak keys, and
    /// keys that it does not understand.
    ///
    /// @throws IOException if the document has no member `keys`
    static Map<String, SignatureCheck> keys(byte[] json, SigningAlgorithm algorithm)
            throws InvalidJsonException, IOException {
        byte[] array = null;
        JsonObjectReader document = new JsonObjectReader(json);
        for (String name = document.next(); name != null; name = document.next()) {
            byte[] value = document.value().bytes();
            if (name.equals("keys")) array = value;
        }
        if (array == null) throw new IOException("the document has no member 'keys'");
        Map<String, SignatureCheck> keys = new HashMap<>();
        JsonArrayReader reader = new JsonArrayReader(array);
        for (Value each = reader.next(); each != null; each = reader.next()) add(each.bytes(), algorithm, keys);
        if (keys.size() == 1) keys.put(ONLY, keys.values().iterator().next());
        return Map.copyOf(keys);
    }

    private static void add(byte[] json, SigningAlgorithm algorithm, Map<String, SignatureCheck> keys) {
        try {
            JWK key = JWK.parse(new String(json, StandardCharsets.UTF_8));
            PublicKeys.ofSet(key, algorithm)
                    .ifPresent(each ->
                            keys.put(Objects.requireNonNullElse(key.getKeyID(), ONLY), SignatureCheck.of(each)));
        } catch (ParseException | RuntimeException notUnderstood) {
            // "Implementations SHOULD ignore" such keys (RFC 7517 §5): an issuer may add them for others.
        }
    }
}
