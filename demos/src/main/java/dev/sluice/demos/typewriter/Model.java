package dev.sluice.demos.typewriter;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A model that speaks OpenAI's protocol for chats, as most servers of models do.
///
/// @param uri  of its chat completions, as `https://api.example/v1/chat/completions`
/// @param name as its server calls it
/// @param key  null: it wants none
record Model(URI uri, String name, @Nullable String key) {
    private static final String URL = "SLUICE_MODEL_URL";
    private static final String NAME = "SLUICE_MODEL";
    private static final String KEY = "SLUICE_MODEL_KEY";

    /// The one that the environment names; empty: none.
    ///
    /// @throws InvalidModel if it does so wrongly
    static Optional<Model> of(Map<String, String> environment) {
        String url = environment.getOrDefault(URL, "");
        String name = environment.getOrDefault(NAME, "");
        String key = environment.getOrDefault(KEY, "");
        if (url.isEmpty()) return Optional.empty();
        if (name.isEmpty()) throw new InvalidModel(URL + " is set and " + NAME + " is not: name the model.");
        if (!key.matches("[!-~]*")) {
            throw new InvalidModel(KEY + " has characters that no key has, a line's end perhaps.");
        }
        return Optional.of(new Model(uri(url), name, key.isEmpty() ? null : key));
    }

    private static URI uri(String url) {
        try {
            URI uri = new URI(url);
            boolean isHttp = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
            if (isHttp && uri.getHost() != null && uri.getUserInfo() == null) return uri;
        } catch (URISyntaxException malformed) {
            throw new InvalidModel(URL + " is no address: " + malformed.getReason() + ".");
        }
        throw new InvalidModel(URL + " is to be an address such as https://api.example/v1/chat/completions.");
    }

    /// Without the key: this may end up in a log.
    @Override
    public String toString() {
        return name + " at " + uri.getHost();
    }
}
