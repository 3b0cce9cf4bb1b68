package dev.sluice.demos.typewriter;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A model with OpenAI's chat completions API, which most model servers provide.
///
/// @param uri  the address of its chat completions, for example `https://api.example/v1/chat/completions`
/// @param name the model's name on its server
/// @param key  the API key; null if there is none
public record Model(URI uri, String name, @Nullable String key) {
    private static final String URL = "SLUICE_MODEL_URL";
    private static final String NAME = "SLUICE_MODEL";
    private static final String KEY = "SLUICE_MODEL_KEY";

    /// Returns the model configured in the environment; empty if none is configured.
    ///
    /// @throws InvalidModelException if a variable is invalid or missing
    public static Optional<Model> of(Map<String, String> environment) {
        String url = environment.getOrDefault(URL, "");
        String name = environment.getOrDefault(NAME, "");
        String key = environment.getOrDefault(KEY, "");
        if (url.isEmpty()) return Optional.empty();
        if (name.isEmpty()) throw new InvalidModelException(URL + " is set and " + NAME + " is not: name the model.");
        if (!key.matches("[!-~]*")) {
            throw new InvalidModelException(
                    KEY + " contains characters that are not allowed in a key, perhaps a line break.");
        }
        return Optional.of(new Model(uri(url), name, key.isEmpty() ? null : key));
    }

    private static URI uri(String url) {
        try {
            URI uri = new URI(url);
            boolean isHttp = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
            if (isHttp && uri.getHost() != null && uri.getUserInfo() == null) return uri;
        } catch (URISyntaxException malformed) {
            throw new InvalidModelException(URL + " is not a valid address: " + malformed.getReason() + ".");
        }
        throw new InvalidModelException(URL + " must be an address such as https://api.example/v1/chat/completions.");
    }

    /// Omits the key, because the text may be logged.
    @Override
    public String toString() {
        return name + " at " + uri.getHost();
    }
}
