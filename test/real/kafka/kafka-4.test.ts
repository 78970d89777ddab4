import { kafkaSuite } from './suite.ts';

kafkaSuite('4.3.1');
