#include <math.h>

#include "harness.h"

#define BODIES 5

static const double SOLAR_MASS = 4.0 * M_PI * M_PI;
static const double DAYS = 365.24;

struct body {
  double x, y, z, vx, vy, vz, mass;
};

static const struct body PLANETS[BODIES - 1] = {
    {4.84143144246472090, -1.16032004402742839, -0.103622044471123109, 0.00166007664274403694,
     0.00769901118419740425, -0.0000690460016972063023, 0.000954791938424326609},
    {8.34336671824457987, 4.12479856412430479, -0.403523417114321381, -0.00276742510726411,
     0.00499852801234917238, 0.0000230417297573763929, 0.000285885980666130812},
    {12.8943695621391310, -15.1111514016986312, -0.223307578892655734, 0.00296460137564761618,
     0.0023784717395948095, -0.0000296589568540237556, 0.0000436624404335156298},
    {15.3796971148509165, -25.9193146099879641, 0.179258772950371181, 0.00268067772490389322,
     0.00162824170038242295, -0.000095159225451971587, 0.0000515138902046611451},
};

static void advance(struct body *bodies, double dt) {
  for (int i = 0; i < BODIES; i++) {
    struct body *a = &bodies[i];
    for (int j = i + 1; j < BODIES; j++) {
      struct body *b = &bodies[j];
      double dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z;
      double squared = dx * dx + dy * dy + dz * dz;
      double magnitude = dt / (squared * sqrt(squared));
      double by_b = b->mass * magnitude;
      a->vx -= dx * by_b;
      a->vy -= dy * by_b;
      a->vz -= dz * by_b;
      double by_a = a->mass * magnitude;
      b->vx += dx * by_a;
      b->vy += dy * by_a;
      b->vz += dz * by_a;
    }
  }
  for (int i = 0; i < BODIES; i++) {
    struct body *b = &bodies[i];
    b->x += dt * b->vx;
    b->y += dt * b->vy;
    b->z += dt * b->vz;
  }
}

static double energy(struct body *bodies) {
  double e = 0.0;
  for (int i = 0; i < BODIES; i++) {
    struct body *a = &bodies[i];
    e += 0.5 * a->mass * (a->vx * a->vx + a->vy * a->vy + a->vz * a->vz);
    for (int j = i + 1; j < BODIES; j++) {
      struct body *b = &bodies[j];
      double dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z;
      e -= a->mass * b->mass / sqrt(dx * dx + dy * dy + dz * dz);
    }
  }
  return e;
}

static void run(long n, char result[64]) {
  struct body bodies[BODIES] = {{0.0, 0.0, 0.0, 0.0, 0.0, 0.0, SOLAR_MASS}};
  for (int i = 1; i < BODIES; i++) {
    struct body *b = &bodies[i];
    *b = PLANETS[i - 1];
    b->vx *= DAYS;
    b->vy *= DAYS;
    b->vz *= DAYS;
    b->mass *= SOLAR_MASS;
  }
  double px = 0.0, py = 0.0, pz = 0.0;
  for (int i = 0; i < BODIES; i++) {
    px += bodies[i].vx * bodies[i].mass;
    py += bodies[i].vy * bodies[i].mass;
    pz += bodies[i].vz * bodies[i].mass;
  }
  bodies[0].vx = -px / SOLAR_MASS;
  bodies[0].vy = -py / SOLAR_MASS;
  bodies[0].vz = -pz / SOLAR_MASS;
  for (long i = 0; i < n; i++) advance(bodies, 0.01);
  sprintf(result, "%.9f", energy(bodies));
}

int main(int count, char **arguments) { return serve(count, arguments, run); }
