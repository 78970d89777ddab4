-- The catalog that the cases beside this file are planned on. The test adds the sources pg_source, my_source and kafka_source,
-- which depend on used_pg, used_my and used_kafka.
CREATE SECRET pw AS 'x';
CREATE SECRET tls_key AS 'x';
CREATE CONNECTION bastion TO SSH TUNNEL (HOST 'bastion.example', USER 'me');
CREATE CONNECTION relay TO SSH TUNNEL (HOST 'relay.example', USER 'me', SSH TUNNEL bastion);
CREATE CONNECTION pg TO POSTGRES (HOST 'db', DATABASE 'd', USER 'u', PASSWORD SECRET pw, SSH TUNNEL relay);
CREATE CONNECTION used_pg TO POSTGRES (HOST 'db', DATABASE 'd', USER 'u', SSH TUNNEL bastion);
CREATE CONNECTION my TO MYSQL (HOST 'db', USER 'u', PASSWORD SECRET pw);
CREATE CONNECTION used_my TO MYSQL (HOST 'db', USER 'u');
CREATE CONNECTION kafka TO KAFKA (BROKER 'k1:9092', SECURITY PROTOCOL PLAINTEXT);
CREATE CONNECTION used_kafka TO KAFKA (BROKERS ('k1:9092' USING SSH TUNNEL bastion, 'k2:9092'), SECURITY PROTOCOL PLAINTEXT);
CREATE CONNECTION csr TO CONFLUENT SCHEMA REGISTRY (URL 'https://registry:8081');
CREATE SCHEMA s;
CREATE DATABASE other;
CREATE SECRET other.public.pw AS 'x';
CREATE CONNECTION other.public.bastion TO SSH TUNNEL (HOST 'bastion.other', USER 'me');
CREATE ROLE alice;
