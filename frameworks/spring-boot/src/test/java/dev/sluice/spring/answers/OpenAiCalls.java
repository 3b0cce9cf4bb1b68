package dev.sluice.spring.answers;

import dev.sluice.client.Author;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.springframework.ai.openai.http.okhttp.OpenAiHttpClientBuilderCustomizer;

/// Ends the connections of Spring AI's client of OpenAI with an answer. A cancelled stream alone leaves its connection
/// open, and the model writing, until the provider sends its next byte (Spring AI 2.0.1).
final class OpenAiCalls {
    private static final ExecutorService THREADS = Executors.newVirtualThreadPerTaskExecutor();

    private OpenAiCalls() {}

    /// For a model that is built for this answer, as a call does not tell whose it is; so no connection is kept.
    static OpenAiHttpClientBuilderCustomizer endingWith(Author author) {
        return http -> http.dispatcherExecutorService(THREADS)
                .maxIdleConnections(0)
                .keepAliveDuration(Duration.ofSeconds(1))
                .interceptor(chain -> {
                    author.ended().whenComplete((_, _) -> chain.call().cancel());
                    return chain.proceed(chain.request());
                });
    }
}
