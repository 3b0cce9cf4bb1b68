package dev.sluice.client;

import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Builds HTTP requests for publishing. Always uses POST, because a proxy may repeat a PUT (RFC 9110 §9.2.2). Safe for
 * use by many threads.
 */
final class PublishRequests {
    private final HubAddress hub;
    private final IdempotencyKeys keys;

    PublishRequests(HubAddress hub, IdempotencyKeys keys) {
        this.hub = hub;
        this.keys = keys;
    }

    String newKey() {
        return keys.next();
    }

    HttpRequest one(Publication publication) {
        var request = HttpRequest.newBuilder(hub.channel(publication.channel(), publication.parameters()))
                .header("Content-Type", publication.contentType())
                .header("Idempotency-Key", publication.idempotencyKey().orElseGet(keys::next));
        publication.ifMatch().ifPresent(id -> request.header("If-Match", '"' + id + '"'));
        if (publication.isOnlyIfNone()) request.header("If-None-Match", "*");
        return request.POST(HttpRequest.BodyPublishers.ofByteArray(publication.data()))
                .build();
    }

    HttpRequest batch(List<Publication> publications, String idempotencyKey, boolean isAtomic) {
        var lines = publications.stream().map(Publication::line).collect(Collectors.joining());
        return HttpRequest.newBuilder(hub.channels(List.of(), isAtomic ? Map.of("atomic", "true") : Map.of()))
                .header("Content-Type", "application/x-ndjson")
                .header("Idempotency-Key", idempotencyKey)
                .POST(HttpRequest.BodyPublishers.ofByteArray(lines.getBytes(StandardCharsets.UTF_8)))
                .build();
    }

    HttpRequest lines(LineUpload upload, byte[] block, String idempotencyKey) {
        var parameters = new LinkedHashMap<>(upload.parameters());
        parameters.put("split", "line");
        return HttpRequest.newBuilder(hub.channel(upload.channel(), parameters))
                .header("Content-Type", upload.contentType())
                .header("Idempotency-Key", idempotencyKey)
                .POST(HttpRequest.BodyPublishers.ofByteArray(block))
                .build();
    }
}
