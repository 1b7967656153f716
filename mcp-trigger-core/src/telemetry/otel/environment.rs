//! The settings of the export in the environment: the variables of OpenTelemetry's SDKs, and of Application Insights.

use opentelemetry::KeyValue;
use opentelemetry_otlp::Protocol;
use opentelemetry_sdk::Resource;

/// The signals that are sent, and the places that they go to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Environment {
    pub(super) otlp_traces: bool,
    pub(super) otlp_metrics: bool,
    /// The connection string.
    pub(super) application_insights: Option<String>,
    /// Whether traces are sent anywhere.
    pub(super) traces: bool,
    /// Whether metrics are sent anywhere.
    pub(super) metrics: bool,
}

/// The only protocol of OTLP that is built in.
pub(super) const PROTOCOL: Protocol = Protocol::HttpBinary;

impl Environment {
    /// Reads the variables.
    ///
    /// # Errors
    ///
    /// If a variable names a protocol that is not built in.
    pub(super) fn read(variable: &dyn Fn(&str) -> Option<String>) -> Result<Self, String> {
        let variable =
            |name: &str| variable(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        let is = |name: &str, value: &str| variable(name).is_some_and(|set| set.eq_ignore_ascii_case(value));
        if is("OTEL_SDK_DISABLED", "true") {
            return Ok(Environment::default());
        }
        let [traces, metrics] = ["TRACES", "METRICS"].map(|signal| {
            let is_wanted = !is(&format!("OTEL_{signal}_EXPORTER"), "none");
            let has_endpoint = variable("OTEL_EXPORTER_OTLP_ENDPOINT").is_some()
                || variable(&format!("OTEL_EXPORTER_OTLP_{signal}_ENDPOINT")).is_some()
                || is(&format!("OTEL_{signal}_EXPORTER"), "otlp");
            (is_wanted, is_wanted && has_endpoint, signal)
        });
        for (_, is_otlp, signal) in [traces, metrics] {
            let names = [format!("OTEL_EXPORTER_OTLP_{signal}_PROTOCOL"), "OTEL_EXPORTER_OTLP_PROTOCOL".to_owned()];
            let protocol = names.iter().find_map(|name| Some((name, variable(name)?)));
            if let Some((name, protocol)) = protocol.filter(|(_, protocol)| is_otlp && protocol == "grpc") {
                return Err(format!(
                    "{name} is `{protocol}`, which this program does not speak; set it to http/protobuf, and the endpoint to the port \
                     for HTTP, 4318 by default"
                ));
            }
        }
        Ok(Environment {
            otlp_traces: traces.1,
            otlp_metrics: metrics.1,
            application_insights: variable("APPLICATIONINSIGHTS_CONNECTION_STRING"),
            traces: traces.0,
            metrics: metrics.0,
        })
    }

    /// Whether nothing is sent.
    pub(super) fn is_empty(&self) -> bool {
        let application_insights = self.application_insights.is_some() && (self.traces || self.metrics);
        !(self.otlp_traces || self.otlp_metrics || application_insights)
    }
}

/// The service that the traces and metrics are of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Service {
    /// The name, unless `OTEL_SERVICE_NAME` or `OTEL_RESOURCE_ATTRIBUTES` sets it, or App Service has one.
    pub name: String,
    /// The version, if it is known.
    pub version: Option<String>,
}

impl Service {
    /// The attributes of the service, those of the environment among them.
    pub(super) fn resource(&self) -> Resource {
        let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let name = set("WEBSITE_SITE_NAME").unwrap_or_else(|| self.name.clone());
        let mut attributes = vec![KeyValue::new("service.name", name)];
        attributes.extend(self.version.clone().map(|version| KeyValue::new("service.version", version)));
        attributes.extend(set("WEBSITE_INSTANCE_ID").map(|id| KeyValue::new("service.instance.id", id)));
        let environment = Resource::builder().build();
        // The SDK makes up a name where the environment sets none.
        let is_set = |(key, value): &(&opentelemetry::Key, &opentelemetry::Value)| {
            key.as_str() != "service.name" || !value.as_str().starts_with("unknown_service")
        };
        let of_environment = environment.iter().filter(is_set);
        let of_environment = of_environment.map(|(key, value)| KeyValue::new(key.clone(), value.clone()));
        let of_environment: Vec<_> = of_environment.collect();
        Resource::builder_empty().with_attributes(attributes).with_attributes(of_environment).build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Environment, String> {
        let find = |name: &str| variables.iter().find(|(known, _)| *known == name);
        Environment::read(&|name| find(name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn nothing_is_sent_unless_the_environment_says_where_to() {
        for variables in [
            &[][..],
            &[("OTEL_EXPORTER_OTLP_ENDPOINT", " ")],
            &[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://a"), ("OTEL_SDK_DISABLED", "TRUE")],
            &[
                ("APPLICATIONINSIGHTS_CONNECTION_STRING", "x"),
                ("OTEL_TRACES_EXPORTER", "none"),
                ("OTEL_METRICS_EXPORTER", "none"),
            ],
        ] {
            assert!(read(variables).unwrap().is_empty(), "{variables:?}");
        }
    }

    #[test]
    fn each_signal_has_its_place() {
        let both = read(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://a")]).unwrap();
        assert!(both.otlp_traces && both.otlp_metrics && both.application_insights.is_none());
        let one = read(&[("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://a")]).unwrap();
        assert!(one.otlp_traces && !one.otlp_metrics);
        let one = read(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://a"), ("OTEL_METRICS_EXPORTER", "none")]).unwrap();
        assert!(one.otlp_traces && !one.otlp_metrics);
        assert!(read(&[("OTEL_TRACES_EXPORTER", "otlp")]).unwrap().otlp_traces);
        let azure = read(&[("APPLICATIONINSIGHTS_CONNECTION_STRING", "x")]).unwrap();
        assert!(!azure.is_empty() && !azure.otlp_traces && azure.application_insights.as_deref() == Some("x"));
    }

    #[test]
    fn a_protocol_that_is_not_built_in_is_told() {
        let grpc = [("OTEL_EXPORTER_OTLP_ENDPOINT", "http://a:4317"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")];
        let error = read(&grpc).unwrap_err();
        assert!(error.contains("OTEL_EXPORTER_OTLP_PROTOCOL is `grpc`") && error.contains("4318"), "{error}");
        assert!(read(&grpc[1..]).unwrap().is_empty(), "nothing would be sent with it");
    }
}
