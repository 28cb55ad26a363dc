package io.sallyport.helm;

import static io.sallyport.helm.Rendered.at;
import static io.sallyport.helm.Rendered.list;
import static io.sallyport.helm.Rendered.map;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.marcnuri.helm.Helm;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.ssl.SslProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

final class HelmChartTest {
  private static final String NO_VALUES = "{}";

  @Test
  void theChartPassesTheStrictLint() {
    var lint = new Helm(Rendered.CHART).lint().strict().call();

    assertThat(lint.isFailed()).as(() -> String.join("\n", lint.getMessages())).isFalse();
  }

  @Test
  void byDefaultItIsThreeReplicasAndWhatTheyNeed() throws Exception {
    var rendered = Rendered.with(NO_VALUES);

    assertThat(rendered.documents().stream().map(document -> document.get("kind")))
        .containsExactlyInAnyOrder(
            "ServiceAccount",
            "ConfigMap",
            "Service",
            "Service",
            "PodDisruptionBudget",
            "Deployment");
    assertThat(at(rendered.only("Deployment"), "metadata", "name")).isEqualTo("edge-sallyport");
    assertThat(at(rendered.only("Deployment"), "spec", "replicas")).isEqualTo(3);
    assertThat(rendered.environment("SALLYPORT_REPLICAS")).isEqualTo("3");
    assertThat(rendered.container().get("image")).isEqualTo("sallyport:0.1.0-SNAPSHOT");
    assertThat(rendered.container().get("args")).isEqualTo(List.of("run"));
  }

  @Test
  void replicasAreSpreadOverZonesAndHosts() throws Exception {
    var rendered = Rendered.with(NO_VALUES);

    var constraints = list(rendered.pod().get("topologySpreadConstraints"));
    assertThat(constraints)
        .extracting("topologyKey", "whenUnsatisfiable", "maxSkew")
        .containsExactly(
            tuple("topology.kubernetes.io/zone", "DoNotSchedule", 1),
            tuple("kubernetes.io/hostname", "ScheduleAnyway", 1));
    var labels = at(rendered.only("Deployment"), "spec", "template", "metadata", "labels");
    assertThat(constraints)
        .allSatisfy(
            constraint ->
                assertThat(map(labels))
                    .containsAllEntriesOf(map(at(constraint, "labelSelector", "matchLabels"))));
  }

  @Test
  void servicesAndTheDisruptionBudgetSelectThePods() throws Exception {
    var rendered = Rendered.with(NO_VALUES);
    var labels = map(at(rendered.only("Deployment"), "spec", "template", "metadata", "labels"));

    assertThat(labels)
        .containsAllEntriesOf(
            map(at(rendered.only("Deployment"), "spec", "selector", "matchLabels")))
        .containsAllEntriesOf(
            map(at(rendered.named("Service", "edge-sallyport"), "spec", "selector")))
        .containsAllEntriesOf(
            map(at(rendered.named("Service", "edge-sallyport-management"), "spec", "selector")))
        .containsAllEntriesOf(
            map(at(rendered.only("PodDisruptionBudget"), "spec", "selector", "matchLabels")));
    assertThat(at(rendered.only("PodDisruptionBudget"), "spec", "maxUnavailable")).isEqualTo(1);
  }

  @Test
  void thePublicPortsLeadToTheContainerAndTheGatewayKnowsThem() throws Exception {
    var rendered = Rendered.with("service: { httpsPort: 8443 }");

    assertThat(servicePorts(rendered, "edge-sallyport"))
        .containsExactly(Map.entry("https", 8443), Map.entry("http", 80));
    assertThat(containerPorts(rendered))
        .containsOnly(
            Map.entry("https", 8443), Map.entry("http", 8080), Map.entry("management", 9443));
    assertThat(rendered.environment("SALLYPORT_HTTPS_PUBLIC_PORT")).isEqualTo("8443");
    assertThat(rendered.environment("SALLYPORT_HTTPS_PORT")).isEqualTo("8443");
    assertThat(rendered.environment("SALLYPORT_HTTP_PORT")).isEqualTo("8080");
    assertThat(Rendered.with(NO_VALUES).environment("SALLYPORT_HTTPS_PUBLIC_PORT"))
        .isEqualTo("443");
  }

  @Test
  void withoutAPlainPortNothingListensThere() throws Exception {
    var rendered = Rendered.with("service: { httpPort: 0 }");

    assertThat(servicePorts(rendered, "edge-sallyport")).containsExactly(Map.entry("https", 443));
    assertThat(containerPorts(rendered)).doesNotContainKey("http");
    assertThat(rendered.environment("SALLYPORT_HTTP_PORT")).isEqualTo("0");
  }

  @Test
  void theManagementPortStaysInside() throws Exception {
    var rendered = Rendered.with("service: { type: LoadBalancer }");

    var management = rendered.named("Service", "edge-sallyport-management");
    assertThat(at(management, "spec", "type")).isEqualTo("ClusterIP");
    assertThat(servicePorts(rendered, "edge-sallyport")).doesNotContainKey("management");
    assertThat(at(rendered.named("Service", "edge-sallyport"), "spec", "externalTrafficPolicy"))
        .isEqualTo("Local");
  }

  @Test
  void aClusterServiceHasNoExternalTrafficPolicy() throws Exception {
    var service = Rendered.with("service: { type: ClusterIP }").named("Service", "edge-sallyport");

    assertThat(map(service.get("spec"))).doesNotContainKey("externalTrafficPolicy");
  }

  @Test
  void theProbesAskTheManagementPortOverHttps() throws Exception {
    var container = Rendered.with(NO_VALUES).container();

    assertThat(at(container, "livenessProbe", "httpGet"))
        .isEqualTo(Map.of("path", "/live", "port", "management", "scheme", "HTTPS"));
    assertThat(at(container, "startupProbe", "httpGet"))
        .isEqualTo(Map.of("path", "/live", "port", "management", "scheme", "HTTPS"));
    assertThat(at(container, "readinessProbe", "httpGet"))
        .isEqualTo(Map.of("path", "/ready", "port", "management", "scheme", "HTTPS"));
  }

  @Test
  void thePodMeetsTheRestrictedStandard() throws Exception {
    var rendered = Rendered.with(NO_VALUES);

    assertThat(map(rendered.pod().get("securityContext")))
        .containsEntry("runAsNonRoot", true)
        .containsEntry("runAsUser", 65532)
        .containsEntry("seccompProfile", Map.of("type", "RuntimeDefault"));
    assertThat(rendered.container().get("securityContext"))
        .isEqualTo(
            Map.of(
                "allowPrivilegeEscalation",
                false,
                "readOnlyRootFilesystem",
                true,
                "runAsNonRoot",
                true,
                "capabilities",
                Map.of("drop", List.of("ALL"))));
    assertThat(rendered.pod()).doesNotContainKeys("hostNetwork", "hostPID", "hostIPC");
    // Volume types that the restricted standard allows, of those in use.
    assertThat(list(rendered.pod().get("volumes")))
        .allSatisfy(
            volume -> assertThat(volume.keySet()).containsAnyOf("configMap", "secret", "emptyDir"));
  }

  @Test
  void nobodyGetsATokenForTheKubernetesApi() throws Exception {
    var rendered = Rendered.with(NO_VALUES);

    assertThat(rendered.only("ServiceAccount").get("automountServiceAccountToken"))
        .isEqualTo(false);
    assertThat(rendered.pod().get("automountServiceAccountToken")).isEqualTo(false);
    assertThat(rendered.pod().get("serviceAccountName"))
        .isEqualTo(at(rendered.only("ServiceAccount"), "metadata", "name"));
  }

  @Test
  void onlyThePlacesThatMustBeWrittenAreWritable() throws Exception {
    var rendered = Rendered.with(NO_VALUES);

    var writable =
        list(rendered.container().get("volumeMounts")).stream()
            .filter(mount -> !Boolean.TRUE.equals(mount.get("readOnly")))
            .map(mount -> mount.get("mountPath"));
    assertThat(writable)
        .containsExactlyInAnyOrder("/tmp", "/var/log/sallyport", "/var/lib/sallyport");
    assertThat(rendered.environment("SALLYPORT_AUDIT_FILE").toString())
        .startsWith("/var/log/sallyport/");
    assertThat(rendered.environment("SALLYPORT_BUNDLE_LAST_GOOD").toString())
        .startsWith("/var/lib/sallyport/");
  }

  @Test
  void thePodIsGivenTheTimeThatADrainTakes() throws Exception {
    var standard = Rendered.with(NO_VALUES);
    var patient =
        Rendered.with("drain: { delaySeconds: 10, timeoutSeconds: 60, marginSeconds: 7 }");

    assertThat(standard.pod().get("terminationGracePeriodSeconds")).isEqualTo(35);
    assertThat(standard.environment("SALLYPORT_DRAIN_DELAY")).isEqualTo("5s");
    assertThat(standard.environment("SALLYPORT_DRAIN_TIMEOUT")).isEqualTo("25s");
    assertThat(patient.pod().get("terminationGracePeriodSeconds")).isEqualTo(77);
    assertThat(patient.environment("SALLYPORT_DRAIN_DELAY")).isEqualTo("10s");
    assertThat(patient.environment("SALLYPORT_DRAIN_TIMEOUT")).isEqualTo("60s");
  }

  @Test
  void theZoneIsThatOfTheNodeUnlessItIsNamed() throws Exception {
    assertThat(Rendered.with(NO_VALUES).environment("SALLYPORT_ZONE"))
        .isEqualTo(
            Map.of(
                "fieldRef", Map.of("fieldPath", "metadata.labels['topology.kubernetes.io/zone']")));
    assertThat(Rendered.with("zone: { name: eu-west-1a }").environment("SALLYPORT_ZONE"))
        .isEqualTo("eu-west-1a");
  }

  @Test
  void secretsComeFromSecretsAndOnlyWhenNamed() throws Exception {
    var bare = Rendered.with(NO_VALUES);
    var full =
        Rendered.with(
            """
            redis: { existingSecret: counters }
            identity: { existingSecret: signing }
            management:
              tls: { existingSecret: inner-tls }
              tokenHash: { existingSecret: operators, key: hash }
            tls: { existingSecret: outer-tls }
            """);

    assertThat(bare.environment("SALLYPORT_REDIS_URI")).isEqualTo("unset");
    assertThat(bare.environment("SALLYPORT_MANAGEMENT_TOKEN_HASH")).isEqualTo("unset");
    assertThat(at(bare.volume("tls"), "secret", "secretName")).isEqualTo("sallyport-tls");
    assertThat(list(bare.pod().get("volumes"))).extracting("name").doesNotContain("management-tls");
    assertThat(bare.environment("MANAGEMENT_SERVER_SSL_BUNDLE")).isEqualTo("unset");
    assertThat(full.environment("SALLYPORT_REDIS_URI"))
        .isEqualTo(Map.of("secretKeyRef", Map.of("name", "counters", "key", "uri")));
    assertThat(bare.environment("SALLYPORT_IDENTITY_KEYS")).isEqualTo("unset");
    assertThat(full.environment("SALLYPORT_IDENTITY_KEYS"))
        .isEqualTo("/etc/sallyport/identity/keys.json");
    assertThat(at(full.volume("identity"), "secret"))
        .isEqualTo(Map.of("secretName", "signing", "defaultMode", 0440));
    assertThat(full.environment("SALLYPORT_MANAGEMENT_TOKEN_HASH"))
        .isEqualTo(Map.of("secretKeyRef", Map.of("name", "operators", "key", "hash")));
    assertThat(at(full.volume("tls"), "secret"))
        .isEqualTo(Map.of("secretName", "outer-tls", "defaultMode", 0440));
    assertThat(at(full.volume("management-tls"), "secret", "secretName")).isEqualTo("inner-tls");
  }

  /// What a record of settings has; the gateway reads them in the same way.
  record Https(int port, int publicPort) {}

  record BundleSource(String folder, String lastGood) {}

  record Drain(Duration delay, Duration timeout) {}

  record Management(List<String> tokenHash) {}

  @Test
  void theEnvironmentReachesTheSettings() throws Exception {
    var rendered =
        Rendered.with(
            """
            management: { tls: { existingSecret: inner }, tokenHash: { existingSecret: operators } }
            """);
    var variables = new HashMap<String, Object>();
    for (Map<String, Object> variable : list(rendered.container().get("env"))) {
      variables.put(
          (String) variable.get("name"), variable.getOrDefault("value", "from elsewhere"));
    }
    var environment = new StandardEnvironment();
    environment
        .getPropertySources()
        .replace(
            StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
            new SystemEnvironmentPropertySource(
                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, variables));
    var binder = Binder.get(environment);

    assertThat(binder.bind("sallyport.https", Https.class).get()).isEqualTo(new Https(8443, 443));
    assertThat(binder.bind("sallyport.bundle", BundleSource.class).get())
        .isEqualTo(new BundleSource("/etc/sallyport/bundle", "/var/lib/sallyport/last-good"));
    assertThat(binder.bind("sallyport.drain", Drain.class).get())
        .isEqualTo(new Drain(Duration.ofSeconds(5), Duration.ofSeconds(25)));
    assertThat(binder.bind("sallyport.management", Management.class).get())
        .isEqualTo(new Management(List.of("from elsewhere")));
    assertThat(binder.bind("sallyport.replicas", Integer.class).get()).isEqualTo(3);
    assertThat(binder.bind("management.server.ssl.bundle", String.class).get())
        .isEqualTo("management");
    var ssl = binder.bind("spring.ssl", SslProperties.class).get().getBundle().getPem();
    assertThat(ssl).containsOnlyKeys("management");
    assertThat(ssl.get("management"))
        .satisfies(
            pem -> {
              assertThat(pem.isReloadOnUpdate()).isTrue();
              assertThat(pem.getKeystore().getCertificate())
                  .isEqualTo("file:/etc/sallyport/management-tls/tls.crt");
              assertThat(pem.getKeystore().getPrivateKey())
                  .isEqualTo("file:/etc/sallyport/management-tls/tls.key");
            });
  }

  @Test
  void theChartsOwnBundleIsMountedFileByFile() throws Exception {
    var rendered = Rendered.with(NO_VALUES);

    var data = map(rendered.only("ConfigMap").get("data"));
    var items = list(at(rendered.volume("bundle"), "configMap", "items"));
    assertThat(items)
        .extracting("path")
        .containsExactlyInAnyOrder(
            "routes/liveness.yaml", "policies/liveness.yaml", "tests/liveness.yaml");
    for (Map<String, Object> item : items) {
      assertThat(data.get(item.get("key")))
          .isEqualTo(
              Files.readString(Rendered.CHART.resolve("bundle").resolve("" + item.get("path"))));
    }
    assertThat(at(rendered.volume("bundle"), "configMap", "name"))
        .isEqualTo(at(rendered.only("ConfigMap"), "metadata", "name"));
  }

  @Test
  void aBundleInTheValuesReplacesTheChartsOwn() throws Exception {
    var rendered =
        Rendered.with(
            """
            bundle:
              files:
                routes/shop.yaml: |
                  kind: Routes  # {{ not a template }}
                  text: "a: b"
                keys/corporate.json: '{"keys": []}'
            """);

    assertThat(map(rendered.only("ConfigMap").get("data")))
        .containsOnly(
            Map.entry(
                "routes__shop.yaml", "kind: Routes  # {{ not a template }}\ntext: \"a: b\"\n"),
            Map.entry("keys__corporate.json", "{\"keys\": []}"));
    assertThat(list(at(rendered.volume("bundle"), "configMap", "items")))
        .containsExactlyInAnyOrder(
            Map.of("key", "routes__shop.yaml", "path", "routes/shop.yaml"),
            Map.of("key", "keys__corporate.json", "path", "keys/corporate.json"));
  }

  @Test
  void aConfigMapOfOnesOwnIsMountedWithItsFolders() throws Exception {
    var rendered =
        Rendered.with(
            """
            bundle:
              existingConfigMap: shop-bundle
              keys: [routes__shop.yaml, policies__shop.yaml]
            """);

    assertThat(rendered.documents().stream().map(document -> document.get("kind")))
        .doesNotContain("ConfigMap");
    assertThat(rendered.volume("bundle").get("configMap"))
        .isEqualTo(
            Map.of(
                "name",
                "shop-bundle",
                "items",
                List.of(
                    Map.of("key", "routes__shop.yaml", "path", "routes/shop.yaml"),
                    Map.of("key", "policies__shop.yaml", "path", "policies/shop.yaml"))));
  }

  @Test
  void whatAnOperatorAddsIsThere() throws Exception {
    var rendered =
        Rendered.with(
            """
            image: { repository: registry.test/sallyport, digest: "sha256:%s", pullSecrets: [pull] }
            extraEnv: [ { name: SALLYPORT_EVENT_LOOPS, value: "4" } ]
            extraVolumes: [ { name: trust, configMap: { name: internal-ca } } ]
            extraVolumeMounts: [ { name: trust, mountPath: /etc/trust, readOnly: true } ]
            podLabels: { team: edge }
            podAnnotations: { note: "yes" }
            nodeSelector: { pool: edge }
            tolerations: [ { key: edge, operator: Exists } ]
            priorityClassName: high
            spread: { zones: ScheduleAnyway }
            podDisruptionBudget: { maxUnavailable: 34%% }
            """
                .formatted("ab".repeat(32)));

    assertThat(rendered.container().get("image"))
        .isEqualTo("registry.test/sallyport@sha256:" + "ab".repeat(32));
    assertThat(rendered.environment("SALLYPORT_EVENT_LOOPS")).isEqualTo("4");
    assertThat(rendered.volume("trust")).containsKey("configMap");
    assertThat(list(rendered.container().get("volumeMounts")))
        .contains(Map.of("name", "trust", "mountPath", "/etc/trust", "readOnly", true));
    assertThat(rendered.pod())
        .containsEntry("imagePullSecrets", List.of(Map.of("name", "pull")))
        .containsEntry("nodeSelector", Map.of("pool", "edge"))
        .containsEntry("priorityClassName", "high");
    assertThat(list(rendered.pod().get("topologySpreadConstraints")).getFirst())
        .containsEntry("whenUnsatisfiable", "ScheduleAnyway");
    assertThat(map(at(rendered.only("Deployment"), "spec", "template", "metadata", "labels")))
        .containsEntry("team", "edge");
    assertThat(at(rendered.only("PodDisruptionBudget"), "spec", "maxUnavailable")).isEqualTo("34%");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "replicas: 0",
        "replicas: three",
        "replica: 3",
        "image: { tag: latest }",
        "image: { digest: abc }",
        "tls: { existingSecret: '' }",
        "tls: { secretName: x }",
        "service: { httpsPort: 70000 }",
        "service: { type: ExternalName }",
        "spread: { zones: Maybe }",
        "drain: { marginSeconds: 0 }",
        "drain: { timeoutSeconds: 25s }",
        "bundle: { files: { shop.yaml: x } }",
        "bundle: { files: { routes/deep/shop.yaml: x } }",
        "bundle: { files: { routes/a__b.yaml: x } }",
        "bundle: { existingConfigMap: shop-bundle }",
        "bundle: { existingConfigMap: shop-bundle, keys: [shop.yaml] }",
        "bundle: { keys: [routes__shop.yaml] }",
        "bundle: { existingConfigMap: b, keys: [routes__a.yaml], files: { routes/a.yaml: x } }",
        "resources: { limits: { memory: null } }",
        "extraEnv: [ { name: lower-case } ]",
        "audit: { volume: { emptyDir: null } }"
      })
  void aValueThatMakesNoSenseIsRefusedByTheSchema(String values) {
    assertThatThrownBy(() -> Rendered.with(values))
        .hasMessageContaining("values don't meet the specifications of the schema");
  }

  private static Map<String, Object> servicePorts(Rendered rendered, String service) {
    return list(at(rendered.named("Service", service), "spec", "ports")).stream()
        .collect(
            Collectors.toMap(
                port -> (String) port.get("name"),
                port -> port.get("port"),
                (one, two) -> one,
                LinkedHashMap::new));
  }

  private static Map<String, Object> containerPorts(Rendered rendered) {
    return list(rendered.container().get("ports")).stream()
        .collect(
            Collectors.toMap(port -> (String) port.get("name"), port -> port.get("containerPort")));
  }
}
