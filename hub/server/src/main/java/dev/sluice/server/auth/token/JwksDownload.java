package dev.sluice.server.auth.token;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Reads the keys of an issuer over HTTP. Follows no redirection, because the operator trusts only the
/// configured address.
final class JwksDownload {
    /// The maximum time for the whole answer, not only for its head: a body that trickles must not keep tokens
    /// waiting. The first download of a process on a busy machine took more than 5 s, because it also loads the
    /// HTTP client.
    static final Duration TIME_MAX = Duration.ofSeconds(20);

    /// Enough for hundreds of keys.
    static final int BYTES_MAX = 1 << 20;

    private JwksDownload() {}

    /// Blocks: give it a virtual thread.
    ///
    /// @throws IOException with the reason for the operator's log
    static byte[] read(URI url) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(url)
                .header("Accept", "application/jwk-set+json, application/json")
                .timeout(TIME_MAX)
                .build();
        // A new client for each download: downloads are minutes apart, and nothing stays open in between.
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1) // Some servers refuse an upgrade to HTTP/2.
                .connectTimeout(TIME_MAX)
                .build();
        try {
            CompletableFuture<HttpResponse<byte[]>> response =
                    client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), BYTES_MAX));
            return body(response.get(TIME_MAX.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException slow) {
            throw new IOException("no answer within " + TIME_MAX.toSeconds() + " seconds", slow);
        } catch (ExecutionException failed) {
            throw new IOException(String.valueOf(failed.getCause()), failed);
        } finally {
            client.shutdownNow();
        }
    }

    private static byte[] body(HttpResponse<byte[]> response) throws IOException {
        if (response.statusCode() == 200) return response.body();
        throw new IOException("the answer's status is " + response.statusCode() + ", and not 200");
    }
}
