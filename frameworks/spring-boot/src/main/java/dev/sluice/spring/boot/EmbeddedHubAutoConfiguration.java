package dev.sluice.spring.boot;

import dev.sluice.Authorizer;
import dev.sluice.Sluice;
import dev.sluice.micrometer.SluiceMeters;
import dev.sluice.spring.SluiceHub;
import dev.sluice.spring.access.BearerAuthenticator;
import dev.sluice.spring.access.HubAuthorizer;
import dev.sluice.spring.access.SluiceAccess;
import dev.sluice.spring.access.SluiceAuthenticator;
import dev.sluice.spring.hub.EmbeddedHub;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.System.Logger.Level;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationConverter;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationProvider;
import org.springframework.security.oauth2.server.resource.authentication.JwtReactiveAuthenticationManager;
import org.springframework.util.StringUtils;
import reactor.core.publisher.Mono;

/// A hub inside the application, on its own port: with `sluice.embedded.enabled`, or without `sluice.url`. The
/// artifact `sluice` must be there.
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.security.oauth2.server.resource.autoconfigure.servlet.OAuth2ResourceServerAutoConfiguration",
            "org.springframework.boot.security.oauth2.server.resource.autoconfigure.reactive.ReactiveOAuth2ResourceServerAutoConfiguration"
        })
@ConditionalOnClass(Sluice.class)
@Conditional(EmbeddedHubAutoConfiguration.IsWanted.class)
@EnableConfigurationProperties(SluiceProperties.class)
public final class EmbeddedHubAutoConfiguration {
    private static final System.Logger LOG = System.getLogger(EmbeddedHubAutoConfiguration.class.getName());

    static final class IsWanted extends SpringBootCondition {
        @Override
        public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
            var environment = context.getEnvironment();
            boolean hasUrl = StringUtils.hasText(environment.getProperty("sluice.url"));
            var enabled = environment.getProperty("sluice.embedded.enabled", Boolean.class);
            return new ConditionOutcome(
                    enabled == null ? !hasUrl : enabled,
                    "sluice.embedded.enabled is " + enabled + ", sluice.url is " + (hasUrl ? "set" : "not set"));
        }
    }

    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean
    Sluice sluice(
            SluiceProperties properties,
            ObjectProvider<Authorizer> authorizer,
            ObjectProvider<SluiceCustomizer> customizers) {
        var embedded = properties.embedded();
        var data = embedded.data();
        if (data == null) {
            LOG.log(Level.INFO, "events are in memory and lost at the end: set sluice.embedded.data to keep them");
        }
        var sluice = (data == null ? Sluice.inMemory() : Sluice.in(data))
                .withoutShutdownHook() // The context closes it.
                .host(embedded.host())
                .port(embedded.port());
        try {
            HubSettings.apply(properties, sluice);
            authorizer.ifAvailable(sluice::authorizer);
            customizers.orderedStream().forEach(each -> each.customize(sluice));
            return sluice.start();
        } catch (RuntimeException reason) {
            sluice.close();
            throw reason;
        }
    }

    @Bean
    @ConditionalOnMissingBean
    SluiceHub sluiceHub(Sluice sluice) {
        return new EmbeddedHub(sluice);
    }

    /// The users of the application as users of the hub.
    @Bean
    @ConditionalOnBean(SluiceAccess.class)
    @ConditionalOnMissingBean
    Authorizer sluiceAuthorizer(ObjectProvider<SluiceAuthenticator> authenticator, SluiceAccess access) {
        return new HubAuthorizer(authenticator.getIfAvailable(() -> _ -> null), access);
    }

    /// Bearer tokens of Spring Security in an application with Spring MVC.
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({JwtDecoder.class, JwtAuthenticationProvider.class})
    static class Security {
        @Bean
        @ConditionalOnBean({JwtDecoder.class, SluiceAccess.class})
        @ConditionalOnMissingBean
        SluiceAuthenticator sluiceAuthenticator(
                JwtDecoder decoder, ObjectProvider<JwtAuthenticationConverter> converter) {
            var provider = new JwtAuthenticationProvider(decoder);
            converter.ifAvailable(provider::setJwtAuthenticationConverter);
            return new BearerAuthenticator(token -> provider.authenticate(new BearerTokenAuthenticationToken(token)));
        }
    }

    /// Bearer tokens of Spring Security in an application with WebFlux.
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({ReactiveJwtDecoder.class, JwtReactiveAuthenticationManager.class, Mono.class})
    static class ReactiveSecurity {
        @Bean
        @ConditionalOnBean({ReactiveJwtDecoder.class, SluiceAccess.class})
        @ConditionalOnMissingBean
        SluiceAuthenticator sluiceAuthenticator(ReactiveJwtDecoder decoder) {
            var manager = new JwtReactiveAuthenticationManager(decoder);
            return new BearerAuthenticator(token -> manager.authenticate(new BearerTokenAuthenticationToken(token))
                    .block());
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({SluiceMeters.class, MeterRegistry.class})
    static class Metrics {
        @Bean
        @ConditionalOnMissingBean
        SluiceMeters sluiceMeters(Sluice sluice) {
            return new SluiceMeters(sluice);
        }
    }

    /// Whether the hub is ready.
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(HealthIndicator.class)
    static class Health {
        @Bean
        @ConditionalOnMissingBean(name = "sluiceHealthIndicator")
        HealthIndicator sluiceHealthIndicator(Sluice sluice) {
            return new LogHealthIndicator(sluice);
        }
    }
}
