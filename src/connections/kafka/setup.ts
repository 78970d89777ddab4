import type { KafkaDetails } from './details.ts';

/** The rights to read topics and to see the cluster. Source: Apache Kafka documentation, Authorization and ACLs. */
export function setup({ sasl, tls }: KafkaDetails): string {
  const user = sasl === null ? null : 'text' in sasl.username ? sasl.username.text : 'name_in_the_secret';
  const principal = user ?? (tls.client === null ? 'ANONYMOUS' : 'CN=name of the certificate');
  const scram = sasl?.mechanism.startsWith('SCRAM') === true;
  const acl = `kafka-acls.sh --bootstrap-server HOST:PORT --command-config admin.properties --add --allow-principal ${shellWord(`User:${principal}`)}`;
  return [
    '# With an administrator’s rights on the cluster.',
    ...(scram
      ? [
          `kafka-configs.sh --bootstrap-server HOST:PORT --command-config admin.properties --alter --entity-type users --entity-name ${shellWord(user ?? '')} --add-config '${sasl.mechanism}=[password=…]'`,
        ]
      : []),
    `${acl} --operation Read --operation Describe --operation DescribeConfigs --topic '*'`,
    `${acl} --operation Describe --cluster`,
    `${acl} --operation Read --group '*'`,
    '# advertised.listeners of every broker must name an address that can be reached, from the bastion if a tunnel is used.',
  ].join('\n');
}

const shellWord = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
