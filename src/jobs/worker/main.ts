import { WORKER_EFFECTS } from './effects.ts';
import { serve } from './serve.ts';

serve(WORKER_EFFECTS);
