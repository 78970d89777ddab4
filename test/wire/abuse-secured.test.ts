import { attackServer } from './abuse/suite.ts';

/** The same attacks by somebody who speaks TLS and, where a session is attacked, knows a password. */
attackServer(['--auth', 'scram', '--tls', 'auto']);
