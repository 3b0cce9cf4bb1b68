package dev.sluice.sense.config;

import dev.sluice.sense.notify.AlertText;
import dev.sluice.sense.notify.HttpNotifier;
import dev.sluice.sense.notify.Notifier;
import dev.sluice.sense.notify.WebhookFormat;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The kinds of notifiers with their keys.
public final class NotifierKinds {
    private final HttpClient client = HttpClient.newHttpClient();
    private final InstantSource clock;

    private NotifierKinds(InstantSource clock) {
        this.clock = clock;
    }

    /// Returns all kinds by their type.
    public static Map<String, NotifierKind> all(InstantSource clock) {
        var kinds = new NotifierKinds(clock);
        return Stream.of(new NotifierKind("webhook", false, Set.of("url", "secret"), kinds::webhook))
                .collect(Collectors.toMap(NotifierKind::type, Function.identity()));
    }

    private Notifier webhook(Fields fields) {
        return new HttpNotifier(
                client, new WebhookFormat(url(fields), fields.text("secret", ""), words(fields), clock));
    }

    private static URI url(Fields fields) {
        if (!fields.has("url")) fields.fault("url", "is missing");
        return fields.parsed("url", WebAddress::parse).orElse(URI.create("http://localhost/"));
    }

    private static AlertText words(Fields fields) {
        return fields.choice("language", "en", java.util.List.of("en", "zh")).equals("zh")
                ? AlertText.ZH
                : AlertText.EN;
    }
}
