import { attackServer } from './abuse/suite.ts';

attackServer(['--auth', 'trust']);
