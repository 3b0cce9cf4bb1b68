package dev.sluice.spring.boot;

import dev.sluice.client.SluiceClient;
import dev.sluice.spring.SluiceHub;
import dev.sluice.spring.hub.RemoteHub;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.StringUtils;

/// A client of the hub at `sluice.url`.
@AutoConfiguration(afterName = "org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration")
@Conditional(RemoteHubAutoConfiguration.HasUrl.class)
@ConditionalOnBooleanProperty(name = "sluice.embedded.enabled", havingValue = false, matchIfMissing = true)
@EnableConfigurationProperties(SluiceProperties.class)
public final class RemoteHubAutoConfiguration {
    private static final Duration CONNECT_MAX = Duration.ofSeconds(10);

    /// Whether `sluice.url` has an address. `sluice.url=${HUB_URL:}` has none without the variable.
    static final class HasUrl extends SpringBootCondition {
        @Override
        public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
            boolean hasUrl = StringUtils.hasText(context.getEnvironment().getProperty("sluice.url"));
            return new ConditionOutcome(hasUrl, "sluice.url is " + (hasUrl ? "set" : "not set"));
        }
    }

    /// The hub's addresses, and how they are reached.
    ///
    /// @param ssl null for the JDK's authorities
    private record Remote(List<URI> addresses, @Nullable SSLContext ssl) {
        static Remote of(SluiceProperties properties, ObjectProvider<SslBundles> bundles) {
            var url = Objects.requireNonNull(properties.url());
            var bundle = properties.sslBundle();
            return new Remote(
                    Stream.concat(Stream.of(url), properties.nodes().stream()).toList(),
                    bundle == null
                            ? null
                            : bundles.getObject().getBundle(bundle).createSslContext());
        }

        /// Over HTTP/1.1, as [SluiceClient]: a connection of HTTP/2 that died without a sign would stay in use.
        HttpClient client() {
            var builder =
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_MAX);
            if (ssl != null) builder.sslContext(ssl);
            return builder.build();
        }
    }

    @Bean
    @ConditionalOnMissingBean
    SluiceClient sluiceClient(
            SluiceProperties properties,
            ObjectProvider<SslBundles> bundles,
            ObjectProvider<SluiceClientCustomizer> customizers) {
        var remote = Remote.of(properties, bundles);
        var builder = SluiceClient.builder(remote.addresses().getFirst())
                .nodes(properties.nodes())
                .httpClient(remote.client());
        var token = properties.token();
        if (token != null) builder.token(() -> token);
        customizers.orderedStream().forEach(each -> each.customize(builder));
        return builder.build();
    }

    @Bean
    @ConditionalOnMissingBean
    SluiceHub sluiceHub(SluiceClient client) {
        return new RemoteHub(client);
    }

    /// Whether a node of the hub is ready.
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(HealthIndicator.class)
    static class Health {
        @Bean
        @ConditionalOnMissingBean(name = "sluiceHealthIndicator")
        HealthIndicator sluiceHealthIndicator(SluiceProperties properties, ObjectProvider<SslBundles> bundles) {
            var remote = Remote.of(properties, bundles);
            return new HubHealthIndicator(remote.addresses(), remote.client());
        }
    }
}
