package dev.sluice.spring.boot;

import dev.sluice.spring.SluiceHub;
import dev.sluice.spring.SluiceTemplate;
import dev.sluice.spring.access.SluiceAccess;
import dev.sluice.spring.access.SubscribeCheck;
import dev.sluice.spring.listener.ListenerRegistry;
import dev.sluice.spring.sse.ReactiveSluiceSse;
import dev.sluice.spring.sse.SluiceSse;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import tools.jackson.databind.json.JsonMapper;

/// What an application uses of its hub, embedded ([EmbeddedHubAutoConfiguration]) or not
/// ([RemoteHubAutoConfiguration]): a template, listeners, streams.
@AutoConfiguration(
        after = {EmbeddedHubAutoConfiguration.class, RemoteHubAutoConfiguration.class},
        afterName = "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration")
@ConditionalOnBean(SluiceHub.class)
public final class SluiceAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean
    SluiceTemplate sluiceTemplate(SluiceHub hub, ObjectProvider<JsonMapper> json) {
        return new SluiceTemplate(hub, json.getIfAvailable(JsonMapper::new));
    }

    @Bean
    static ListenerRegistry sluiceListenerRegistry(ConfigurableBeanFactory beans) {
        return new ListenerRegistry(beans);
    }

    /// With `spring.main.lazy-initialization`, nothing else would create a bean that only listens.
    @Bean
    static LazyInitializationExcludeFilter sluiceListenerExcludeFilter() {
        return (_, _, type) -> ListenerRegistry.hasListeners(type);
    }

    /// Streams for Spring MVC.
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(SseEmitter.class)
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
    static class Servlet {
        @Bean
        @ConditionalOnMissingBean
        SluiceSse sluiceSse(SluiceHub hub, ObjectProvider<SluiceAccess> access) {
            return new SluiceSse(hub, new SubscribeCheck(access.getIfAvailable()));
        }
    }

    /// Streams for Spring WebFlux.
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(DispatcherHandler.class)
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
    static class Reactive {
        @Bean
        @ConditionalOnMissingBean
        ReactiveSluiceSse reactiveSluiceSse(SluiceHub hub, ObjectProvider<SluiceAccess> access) {
            return new ReactiveSluiceSse(hub, new SubscribeCheck(access.getIfAvailable()));
        }
    }
}
