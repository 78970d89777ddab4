import { kafkaSuite } from './suite.ts';

kafkaSuite('3.9.2');
